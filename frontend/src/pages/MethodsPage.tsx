import { Code } from "@mantine/core";

import { Page } from "../components/Page";
import { LearningSection } from "../components/methods/LearningSection";
import { Section } from "../components/methods/Section";
import classes from "../components/methods/Methods.module.css";
import { RepresentationSection } from "../components/methods/RepresentationSection";
import { RulesSection } from "../components/methods/RulesSection";
import { CITATION } from "../components/methods/citation";

export function MethodsPage() {
  return (
    <Page title="Methods" below="What is computed, exactly, and what it cannot show." narrow>
      <RulesSection />
      <LearningSection />
      <RepresentationSection />
      <Section title="The paper">
        <p>
          Lance &amp; Kieu (2026),{" "}
          <em>
            Biological Plausibility and Representational Alignment of Feedback Alignment in Convolutional Networks
          </em>
          ,{" "}
          <a href="https://arxiv.org/abs/2605.08564" rel="noreferrer">
            arXiv:2605.08564
          </a>
          . Feedback Atlas starts from its five rules, its network and its recipe.
        </p>
        <Code block className={classes["bibtex"] ?? ""}>
          {CITATION}
        </Code>
      </Section>
    </Page>
  );
}
