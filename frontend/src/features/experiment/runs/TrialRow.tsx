import { IconCheck } from "@tabler/icons-react";

import { useCancelRun, useRetryRun } from "../../../api/mutations";
import type { Rule, Run } from "../../../api/types";
import { formatPercent } from "../../../lib/format";
import { parameterTexts } from "../../../lib/parameters";
import { epochText, isActive, runProgress, STATE_TONES, timingText } from "../../../api/runs";
import { ProgressBar } from "../../../ui/feedback/ProgressBar";
import { StateBadge } from "../../../ui/feedback/StateBadge";
import { RunActions } from "./RunActions";
import { RunProblems } from "./RunProblems";
import classes from "./TrialsCard.module.css";

interface TrialRowProps {
  trial: Run;
  rule: Rule | undefined;
  /** Ids of the parameters that its rule is searched over. */
  searched: readonly string[];
  /** Whether a trial of its rule has been chosen, so that another attempt would change nothing. */
  settled: boolean;
}

/** One trial: its settings, how far it is, how well it did. */
export function TrialRow({ trial, rule, searched, settled }: TrialRowProps) {
  const cancel = useCancelRun();
  const retry = useRetryRun();
  const settings = parameterTexts(trial.parameters, searched, rule);
  const who = `the trial of ${trial.rule_name} with ${settings.join(", ")}`;
  const refusal = cancel.error ?? retry.error;
  return (
    <>
      <tr data-testid="trial" data-state={trial.state} data-chosen={trial.chosen || undefined}>
        <th scope="row">
          <span className={classes["settings"]}>
            {settings.map((text) => (
              <span key={text}>{text}</span>
            ))}
            {trial.chosen && (
              <span className={classes["chosen"]}>
                <IconCheck size={14} stroke={2.5} aria-hidden />
                chosen
              </span>
            )}
          </span>
        </th>
        <td>
          <StateBadge state={trial.state} />
        </td>
        <td className={classes["bar"]}>
          <div className={classes["progress"]}>
            <ProgressBar value={runProgress(trial)} label={`Progress of ${who}`} tone={STATE_TONES[trial.state]} />
            <span>{epochText(trial)}</span>
            <span>{timingText(trial)}</span>
          </div>
        </td>
        <td data-number>{formatPercent(trial.best_val_accuracy ?? trial.val_accuracy)}</td>
        <td className={classes["actions"]}>
          {(isActive(trial) || !settled) && (
            <RunActions run={trial} who={who} cancel={cancel} retry={retry} size="compact-xs" />
          )}
        </td>
      </tr>
      {(trial.error !== null || refusal !== null) && (
        <tr className={classes["problem"]}>
          <td colSpan={5}>
            <RunProblems run={trial} refusal={refusal} />
          </td>
        </tr>
      )}
    </>
  );
}
