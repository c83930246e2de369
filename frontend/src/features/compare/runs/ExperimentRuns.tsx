import { Button } from "@mantine/core";

import type { Catalog, Experiment, Run } from "../../../api/types";
import { comparableRuns, runKey, toggle } from "../compareView";
import { plural } from "../../../lib/format";
import { RuleDot } from "../../../ui/RuleDot";
import { ChipGroup } from "../controls/ChipGroup";
import classes from "./ExperimentRuns.module.css";

interface ExperimentRunsProps {
  experiment: Experiment;
  chosen: readonly Run[];
  catalog: Catalog;
  /** Null chooses all that have completed. */
  onChoose: (keys: string[] | null) => void;
  onRemove?: () => void;
}

/** The completed runs of one experiment, a line a rule, a chip a seed. */
export function ExperimentRuns({ experiment, chosen, catalog, onChoose, onRemove }: ExperimentRunsProps) {
  const runs = comparableRuns(experiment.runs);
  const keys = runs.map(runKey);
  const selection = chosen.length === runs.length ? null : chosen.map(runKey);
  const rules = [...new Map(runs.map((run) => [run.rule, run.rule_name]))];
  return (
    <section className={classes["experiment"]} aria-label={experiment.name}>
      <header className={classes["head"]}>
        <h3 className={classes["name"]}>{experiment.name}</h3>
        <span className={classes["count"]}>
          {chosen.length} of {plural(runs.length, "run")}
        </span>
        {selection !== null && (
          <Button size="compact-xs" variant="subtle" onClick={() => onChoose(null)}>
            All
          </Button>
        )}
        {onRemove && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            aria-label={`Remove ${experiment.name}`}
            onClick={onRemove}
          >
            Remove
          </Button>
        )}
      </header>
      {rules.map(([rule, name]) => (
        <div key={rule} className={classes["rule"]}>
          <span className={classes["label"]}>
            <RuleDot of={catalog.rules.find(({ id }) => id === rule)} />
            {name}
          </span>
          <ChipGroup
            label={`Seeds of ${name}`}
            hidden
            chips={runs
              .filter((run) => run.rule === rule)
              .map((run) => ({
                value: runKey(run),
                label: `seed ${run.seed}`,
                pressed: chosen.includes(run),
              }))}
            onToggle={(key) => onChoose(toggle(selection, key, keys))}
          />
        </div>
      ))}
    </section>
  );
}
