import { VisuallyHidden } from "@mantine/core";

import type { Catalog, Experiment } from "../../../api/types";
import { plural } from "../../../lib/format";
import { trialsText } from "../../../api/runs";
import { Card } from "../../../ui/Card";
import { RuleDot } from "../../../ui/RuleDot";
import { TrialRow } from "./TrialRow";
import classes from "./TrialsCard.module.css";

interface TrialsCardProps {
  experiment: Experiment;
  catalog: Catalog | undefined;
}

/** The hyperparameter search: every setting that was tried, by rule, and which one won. */
export function TrialsCard({ experiment: { spec, trials }, catalog }: TrialsCardProps) {
  const rules = [...new Set(trials.map((trial) => trial.rule))];
  return (
    <Card
      title="Trials"
      caption={`Each setting trains for ${plural(spec.search?.epochs ?? 0, "epoch")}; the runs of a rule use the setting with its best validation accuracy.`}
    >
      <section className={classes["scroll"]} tabIndex={0} aria-label="Search trials, scrolls horizontally">
        <table className={classes["table"]} aria-label="Trials">
          <thead>
            <tr>
              <th scope="col">Settings</th>
              <th scope="col">State</th>
              <th scope="col" className={classes["bar"]}>
                Progress
              </th>
              <th scope="col" data-number>
                Best val
              </th>
              <th scope="col">
                <VisuallyHidden>Actions</VisuallyHidden>
              </th>
            </tr>
          </thead>
          {rules.map((id) => {
            const own = trials.filter((trial) => trial.rule === id);
            const rule = catalog?.rules.find((one) => one.id === id);
            const searched = Object.keys(spec.search?.grids[id] ?? {});
            return (
              <tbody key={id}>
                <tr className={classes["group"]}>
                  <th scope="rowgroup" colSpan={5}>
                    <span className={classes["rule"]}>
                      <RuleDot of={rule} />
                      {own[0]?.rule_name}
                      <span className={classes["dim"]}>{trialsText(own)}</span>
                    </span>
                  </th>
                </tr>
                {own.map((trial) => (
                  <TrialRow
                    key={trial.id}
                    trial={trial}
                    rule={rule}
                    searched={searched.length > 0 ? searched : Object.keys(trial.parameters)}
                    settled={own.some(({ chosen }) => chosen)}
                  />
                ))}
              </tbody>
            );
          })}
        </table>
      </section>
    </Card>
  );
}
