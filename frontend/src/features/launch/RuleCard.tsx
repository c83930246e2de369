import { Checkbox, Collapse, NativeSelect, TextInput, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useId, useState } from "react";

import type { Parameter, Rule } from "../../api/types";
import { hasMessage, type FieldMessages, type RuleForm } from "./specForm";
import { RuleDot } from "../../ui/RuleDot";
import classes from "./RuleCard.module.css";

interface RuleCardProps {
  rule: Rule;
  value: RuleForm;
  messages: FieldMessages;
  onChange: (next: RuleForm) => void;
}

function rangeText({ minimum, maximum, default: usual, description }: Parameter): string {
  return `${description} ${minimum} to ${maximum}, default ${usual}.`;
}

function taxonomy(rule: Rule): [term: string, value: string][] {
  return [
    ["Weight transport", rule.weight_transport],
    ["Sign concordance", rule.sign_concordance],
    ["Feedback", rule.dynamic_feedback ? "follows the weights" : "fixed"],
    ["Feedback structure", rule.feedback_structure],
  ];
}

/** One learning rule: on or off, what it assumes of a brain, its parameters. */
export function RuleCard({ rule, value, messages, onChange }: RuleCardProps) {
  const wrong = hasMessage(messages, `rules.${rule.id}`);
  const [opened, setOpened] = useState(false);
  const shown = opened || wrong;
  const panel = useId();
  const own = messages[`rules.${rule.id}`] ?? messages[`rules.${rule.id}.rule`];
  return (
    <fieldset className={classes["card"]} aria-label={rule.name} data-off={!value.enabled || undefined}>
      <Checkbox
        classNames={{ body: classes["check"] ?? "", labelWrapper: classes["checkLabel"] ?? "" }}
        checked={value.enabled}
        onChange={(event) => onChange({ ...value, enabled: event.currentTarget.checked })}
        label={
          <span className={classes["name"]}>
            <RuleDot of={rule} />
            {rule.name}
          </span>
        }
        description={rule.description}
        error={own}
      />
      <dl className={classes["taxonomy"]}>
        {taxonomy(rule).map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {value.enabled && (
        <>
          <UnstyledButton
            className={classes["toggle"]}
            aria-expanded={shown}
            aria-controls={panel}
            aria-label={`Parameters of ${rule.name}`}
            onClick={() => setOpened(!shown)}
          >
            <IconChevronDown size={15} aria-hidden data-open={shown || undefined} />
            Parameters
          </UnstyledButton>
          <Collapse id={panel} className={classes["panel"]} expanded={shown}>
            <div className={classes["parameters"]}>
              {rule.parameters.map((parameter) => (
                <TextInput
                  key={parameter.id}
                  label={parameter.name}
                  description={rangeText(parameter)}
                  inputWrapperOrder={["label", "input", "description", "error"]}
                  inputMode="decimal"
                  rightSection={<span className={classes["unit"]}>{parameter.unit}</span>}
                  rightSectionWidth={72}
                  rightSectionPointerEvents="none"
                  value={value.values[parameter.id] ?? ""}
                  onChange={(event) =>
                    onChange({ ...value, values: { ...value.values, [parameter.id]: event.currentTarget.value } })
                  }
                  error={messages[`rules.${rule.id}.${parameter.id}`]}
                />
              ))}
              {rule.choices.map(({ id, name, options }) => (
                <NativeSelect
                  key={id}
                  label={name}
                  data={options.map((option) => ({ value: option.id, label: option.name }))}
                  description={options.find((option) => option.id === value.choices[id])?.description}
                  inputWrapperOrder={["label", "input", "description", "error"]}
                  value={value.choices[id] ?? ""}
                  onChange={(event) =>
                    onChange({ ...value, choices: { ...value.choices, [id]: event.currentTarget.value } })
                  }
                  error={messages[`rules.${rule.id}.${id}`]}
                />
              ))}
            </div>
          </Collapse>
        </>
      )}
    </fieldset>
  );
}
