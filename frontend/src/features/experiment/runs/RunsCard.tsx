import { Button } from "@mantine/core";
import { useMemo } from "react";

import { useRetryExperiment } from "../../../api/mutations";
import { OwnerOnly } from "../../../api/session";
import type { Catalog, Experiment, Run } from "../../../api/types";
import { formatDuration } from "../../../lib/format";
import { allSecondsLeft, canRetry, countsText, isActive, overallProgress } from "../../../api/runs";
import { Card } from "../../../ui/Card";
import { ErrorAlert } from "../../../ui/feedback/ErrorAlert";
import { ProgressBar } from "../../../ui/feedback/ProgressBar";
import { CancelAllButton } from "./CancelAllButton";
import { RunRow } from "./RunRow";
import classes from "./RunsCard.module.css";

interface RunsCardProps {
  experiment: Experiment;
  catalog: Catalog | undefined;
}

const NO_TRIALS: readonly Run[] = [];

/** How far all runs are together, each run, and what can be done with all of them. */
export function RunsCard({ experiment, catalog }: RunsCardProps) {
  const { runs, trials, counts } = experiment;
  const retry = useRetryExperiment(experiment.id);
  const networks = [...trials, ...runs];
  const active = networks.some(isActive);
  const ended = runs.filter(canRetry).length;
  const left = allSecondsLeft(networks);
  const trialsOf = useMemo(() => {
    const found = new Map<string, Run[]>();
    for (const trial of trials) {
      found.set(trial.rule, [...(found.get(trial.rule) ?? []), trial]);
    }
    return found;
  }, [trials]);

  return (
    <Card
      title="Runs"
      actions={
        (active || ended > 1) && (
          <OwnerOnly>
            {ended > 1 && (
              <Button size="compact-sm" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
                Retry all {ended}
              </Button>
            )}
            {active && <CancelAllButton experiment={experiment} />}
          </OwnerOnly>
        )
      }
    >
      {retry.error && <ErrorAlert error={retry.error} />}
      {networks.length > 1 && (
        <div className={classes["overall"]}>
          <ProgressBar
            value={overallProgress(networks)}
            label="Progress of all runs"
            tone={active ? "busy" : counts.completed === runs.length ? "good" : "idle"}
          />
          <div className={classes["words"]}>
            <span>{countsText(counts)}</span>
            <span>{left !== null && `about ${formatDuration(left)} left`}</span>
          </div>
        </div>
      )}
      <section className={classes["scroll"]} tabIndex={0} aria-label="Each run">
        <ul className={classes["runs"]}>
          {runs.map((run) => (
            <RunRow
              key={run.id}
              run={run}
              rule={catalog?.rules.find((rule) => rule.id === run.rule)}
              trials={trialsOf.get(run.rule) ?? NO_TRIALS}
            />
          ))}
        </ul>
      </section>
    </Card>
  );
}
