import { TextInput } from "@mantine/core";

import type { Rule } from "../../api/types";
import { plural } from "../../lib/format";
import type { ParameterTexts } from "../../lib/parameters";
import { configurationCount } from "./searchForm";
import type { FieldMessages } from "./specForm";
import { RuleDot } from "../../ui/RuleDot";
import classes from "./SearchGrid.module.css";

interface SearchGridProps {
  rule: Rule;
  /** What the rule's parameters are where they are not searched. */
  fixed: ParameterTexts;
  values: ParameterTexts;
  messages: FieldMessages;
  onChange: (values: ParameterTexts) => void;
}

function countText(count: number | null): string {
  return count === null ? "–" : count === 0 ? "not searched" : plural(count, "configuration");
}

/** The values to try for one rule, and how many configurations they make. */
export function SearchGrid({ rule, fixed, values, messages, onChange }: SearchGridProps) {
  const field = `search.grids.${rule.id}`;
  return (
    <fieldset className={classes["grid"]} aria-label={`Values to try for ${rule.name}`}>
      <div className={classes["head"]}>
        <span className={classes["name"]}>
          <RuleDot of={rule} />
          {rule.name}
        </span>
        <span className={classes["count"]}>{countText(configurationCount(values))}</span>
      </div>
      <div className={classes["fields"]}>
        {rule.parameters.map(({ id, name, default: usual }) => (
          <TextInput
            key={id}
            size="sm"
            label={name}
            placeholder={`fixed at ${fixed[id] || usual}`}
            autoComplete="off"
            value={values[id] ?? ""}
            onChange={(event) => onChange({ ...values, [id]: event.currentTarget.value })}
            error={messages[`${field}.${id}`]}
          />
        ))}
      </div>
      {messages[field] !== undefined && (
        <p className={classes["problem"]} role="alert">
          {messages[field]}
        </p>
      )}
    </fieldset>
  );
}
