import { memo } from "react";

import { useCancelRun, useRetryRun } from "../../../api/mutations";
import type { Rule, Run } from "../../../api/types";
import { formatPercent } from "../../../lib/format";
import { parametersText } from "../../../lib/parameters";
import { epochText, isChosen, runProgress, STATE_TONES, timingText, trialsText } from "../../../api/runs";
import { ProgressBar } from "../../../ui/feedback/ProgressBar";
import { RuleDot } from "../../../ui/RuleDot";
import { StateBadge } from "../../../ui/feedback/StateBadge";
import { RunActions } from "./RunActions";
import { RunProblems } from "./RunProblems";
import classes from "./RunRow.module.css";

interface RunRowProps {
  run: Run;
  rule: Rule | undefined;
  /** The trials of the run's rule. */
  trials: readonly Run[];
}

/** One run: state, progress, accuracy, what can be done, and why it failed if it did. */
export const RunRow = memo(function RunRow({ run, rule, trials }: RunRowProps) {
  const cancel = useCancelRun();
  const retry = useRetryRun();
  const who = `${run.rule_name}, seed ${run.seed}`;
  return (
    <li className={classes["row"]} data-testid="run" data-state={run.state} aria-label={who}>
      <div className={classes["who"]}>
        <RuleDot of={rule} />
        <span className={classes["name"]}>{run.rule_name}</span>
        <span className={classes["dim"]}>seed {run.seed}</span>
        {isChosen(trials) && <span className={classes["parameters"]}>{parametersText(run.parameters, rule)}</span>}
      </div>
      <div className={classes["state"]}>
        <StateBadge state={run.state} />
      </div>
      <div className={classes["progress"]}>
        <ProgressBar value={runProgress(run)} label={`Progress of ${who}`} tone={STATE_TONES[run.state]} />
        <div className={classes["words"]}>
          <span>{run.state === "searching" ? trialsText(trials) : epochText(run)}</span>
          <span>{timingText(run)}</span>
        </div>
      </div>
      <dl className={classes["numbers"]}>
        <div>
          <dt>{run.state === "completed" ? "Best val" : "Validation"}</dt>
          <dd>{formatPercent(run.state === "completed" ? run.best_val_accuracy : run.val_accuracy)}</dd>
        </div>
        <div>
          <dt>Test</dt>
          <dd>{formatPercent(run.test_accuracy)}</dd>
        </div>
      </dl>
      <div className={classes["actions"]}>
        <RunActions run={run} who={who} cancel={cancel} retry={retry} />
      </div>
      <RunProblems run={run} refusal={cancel.error ?? retry.error} />
    </li>
  );
});
