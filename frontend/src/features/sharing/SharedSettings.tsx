import type { SharedComparison } from "../../api/types";
import { settingsList } from "./settingsList";
import classes from "./SharedSettings.module.css";

/** How the shared networks were trained, folded away. */
export function SharedSettings({ shared }: { shared: SharedComparison }) {
  const rules = new Map(shared.comparison.runs.map((run) => [run.rule, run.rule_name]));
  return (
    <details className={classes["fold"]}>
      <summary>Settings of the experiment</summary>
      <dl className={classes["settings"]}>
        {settingsList(shared.spec, { rules, parameters: shared.parameters }).map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
