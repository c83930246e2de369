import { Button, Text } from "@mantine/core";
import { useState } from "react";

import type { RuleForm } from "./specForm";
import { Card } from "../../ui/Card";
import type { FormPartProps } from "./fieldProps";
import { RuleCard } from "./RuleCard";
import classes from "./RuleFields.module.css";

/** The learning rules to compare, each with its parameters. */
export function RuleFields({ form, catalog, messages, onChange }: FormPartProps) {
  const replace = (next: RuleForm) =>
    onChange({ rules: form.rules.map((old) => (old.rule === next.rule ? next : old)) });
  // The rules that the form came with, so that a rule switched off stays where it was.
  const [first] = useState(() => new Set(form.rules.filter((rule) => rule.enabled).map((rule) => rule.rule)));
  const [all, setAll] = useState(false);
  const shown = catalog.rules.filter(
    ({ id }) => all || first.has(id) || form.rules.some((item) => item.rule === id && item.enabled),
  );
  const hidden = catalog.rules.length - shown.length;
  return (
    <Card
      title="Learning rules"
      caption="Rules differ only in how the error reaches the layer below. BP is the reference; without BP, the first selected rule is."
    >
      <div className={classes["rules"]}>
        {shown.map((rule) => {
          const value = form.rules.find((item) => item.rule === rule.id);
          return value && <RuleCard key={rule.id} rule={rule} value={value} messages={messages} onChange={replace} />;
        })}
      </div>
      {hidden > 0 && (
        <Button variant="default" mt="sm" onClick={() => setAll(true)}>
          Show {hidden} more rules
        </Button>
      )}
      {messages["rules"] !== undefined && (
        <Text c="var(--mantine-color-error)" size="sm" mt="sm" role="alert">
          {messages["rules"]}
        </Text>
      )}
    </Card>
  );
}
