import { Button } from "@mantine/core";

import { useCancelRun, useRetryRun } from "../../api/mutations";
import { errorMessage } from "../../api/problem";
import type { Rule, Run } from "../../api/types";
import { formatPercent } from "../../lib/format";
import { canRetry, epochText, isActive, runProgress, timingText } from "../../lib/runs";
import { ProgressBar } from "../ProgressBar";
import { RuleDot } from "../RuleDot";
import { StateBadge } from "../StateBadge";
import classes from "./RunRow.module.css";

const TONES = { queued: "idle", running: "busy", completed: "good", failed: "bad", cancelled: "idle" } as const;

/** One run: state, progress, accuracy, what can be done, and why it failed if it did. */
export function RunRow({ run, rule }: { run: Run; rule: Rule | undefined }) {
  const cancel = useCancelRun();
  const retry = useRetryRun();
  const who = `${run.rule_name}, seed ${run.seed}`;
  const refusal = cancel.error ?? retry.error;
  return (
    <li className={classes["row"]} data-testid="run" data-state={run.state} aria-label={who}>
      <div className={classes["who"]}>
        <RuleDot of={rule} />
        <span className={classes["name"]}>{run.rule_name}</span>
        <span className={classes["dim"]}>seed {run.seed}</span>
      </div>
      <div className={classes["state"]}>
        <StateBadge state={run.state} />
      </div>
      <div className={classes["progress"]}>
        <ProgressBar value={runProgress(run)} label={`Progress of ${who}`} tone={TONES[run.state]} />
        <div className={classes["words"]}>
          <span>{epochText(run)}</span>
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
        {isActive(run) && (
          <Button
            size="compact-sm"
            variant="default"
            loading={cancel.isPending}
            disabled={run.cancel_requested}
            aria-label={`Cancel ${who}`}
            onClick={() => cancel.mutate(run.id)}
          >
            Cancel
          </Button>
        )}
        {canRetry(run) && (
          <Button
            size="compact-sm"
            variant="default"
            loading={retry.isPending}
            aria-label={`Retry ${who}`}
            onClick={() => retry.mutate(run.id)}
          >
            Retry
          </Button>
        )}
      </div>
      {run.error !== null && (
        <p className={classes["error"]} data-severe={run.state === "failed" || undefined}>
          {run.error}
        </p>
      )}
      {refusal !== null && (
        <p className={classes["error"]} role="alert" data-severe>
          {errorMessage(refusal)}
        </p>
      )}
    </li>
  );
}
