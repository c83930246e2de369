import type { MethodsCatalog, Reference } from "../../api/types";
import { Card } from "../../ui/Card";
import { Formula } from "./Formula";
import classes from "./Methods.module.css";

type Section = MethodsCatalog["sections"][number];

function Sources({ references }: { references: readonly Reference[] }) {
  return (
    <p className={classes["sources"]}>
      {references.map(({ key, citation, url, title }, index) => (
        <span key={key}>
          {index > 0 && "; "}
          {url === null ? (
            <span title={title}>{citation}</span>
          ) : (
            <a href={url} title={title} rel="noreferrer">
              {citation}
            </a>
          )}
        </span>
      ))}
    </p>
  );
}

/** Definitions of one kind: each with its formula, what to mind, and where it comes from. */
export function DefinitionList({ section, references }: { section: Section; references: readonly Reference[] }) {
  const byKey = new Map(references.map((reference) => [reference.key, reference]));
  return (
    <Card title={section.title} id={section.id}>
      <div className={classes["text"]}>
        <p>{section.introduction}</p>
        {section.definitions.map(({ id, name, text, formula, caveat, references: sources }) => (
          <section key={id} className={classes["term"]} id={`${section.id}-${id}`} aria-labelledby={`name-${id}`}>
            <h3 id={`name-${id}`}>{name}</h3>
            <p>{text}</p>
            {formula !== "" && <Formula mathml={formula} />}
            <p className={classes["caveat"]}>{caveat}</p>
            {sources.length > 0 && <Sources references={sources.flatMap((key) => byKey.get(key) ?? [])} />}
          </section>
        ))}
      </div>
    </Card>
  );
}
