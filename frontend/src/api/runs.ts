import type { Run, RunCounts, RunState } from "./types";
import { formatDuration, formatInteger, plural } from "../lib/format";

export const STATE_LABELS: Record<RunState, string> = {
  searching: "Searching settings",
  queued: "Queued",
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** The tone of a run's progress, by state. */
export const STATE_TONES = {
  searching: "idle",
  queued: "idle",
  running: "busy",
  completed: "good",
  failed: "bad",
  cancelled: "idle",
} as const satisfies Record<RunState, string>;

export function isActive(run: Run): boolean {
  return run.state === "searching" || run.state === "queued" || run.state === "running";
}

export function canRetry(run: Run): boolean {
  return run.state === "failed" || run.state === "cancelled";
}

/** Share of a run that is done, 0 to 1. */
export function runProgress(run: Run): number {
  if (run.state === "completed") {
    return 1;
  }
  const share = run.total_steps ? run.step / run.total_steps : run.epoch / Math.max(1, run.epochs);
  return Math.min(1, Math.max(0, share));
}

/** Share of all epochs of several runs that is done, 0 to 1. */
export function overallProgress(runs: readonly Run[]): number {
  const epochs = runs.reduce((sum, run) => sum + run.epochs, 0);
  const done = runs.reduce((sum, run) => sum + run.epochs * runProgress(run), 0);
  return epochs > 0 ? done / epochs : 0;
}

/** How many seconds an epoch of a run takes; null where that is not known. */
function secondsAnEpoch(run: Run): number | null {
  if (run.state === "running" && run.seconds_left !== null && runProgress(run) < 1) {
    return run.seconds_left / (1 - runProgress(run)) / run.epochs;
  }
  // A later attempt did only a part of the run.
  if (run.state === "completed" && run.attempt === 1 && run.started_at !== null && run.finished_at !== null) {
    return (Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1000 / run.epochs;
  }
  return null;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * About how many seconds it takes until no run waits or runs, if as many as now go on at a time: runs that
 * wait take as long as others of their rule. Null while no run can tell.
 */
export function allSecondsLeft(runs: readonly Run[]): number | null {
  const running = runs.filter((run) => run.state === "running");
  const told = running.flatMap((run) => run.seconds_left ?? []);
  if (told.length === 0) {
    return null;
  }
  const paces = runs.flatMap((run) => {
    const pace = secondsAnEpoch(run);
    return pace === null ? [] : { rule: run.rule, pace };
  });
  const work = runs.filter(isActive).reduce((sum, run) => {
    if (run.state === "running" && run.seconds_left !== null) {
      return sum + run.seconds_left;
    }
    const own = paces.filter(({ rule }) => rule === run.rule);
    const known = (own.length > 0 ? own : paces).map(({ pace }) => pace);
    return known.length > 0 ? sum + mean(known) * run.epochs * (1 - runProgress(run)) : sum;
  }, 0);
  return Math.max(work / running.length, ...told);
}

/** Where a run stands, as in `epoch 3 of 10`. */
export function epochText(run: Run): string {
  const epoch = run.state === "running" ? Math.min(run.epoch + 1, run.epochs) : run.epoch;
  return `epoch ${epoch} of ${run.epochs}`;
}

/** How far a search is, as in `4 of 6 trials done`. */
export function trialsText(trials: readonly Run[]): string {
  const done = trials.filter((trial) => !isActive(trial)).length;
  return `${formatInteger(done)} of ${plural(trials.length, "trial")} done`;
}

/** Whether it is settled what a run of these trials' rule trains with. */
export function isChosen(trials: readonly Run[]): boolean {
  return trials.length === 0 || trials.some((trial) => trial.chosen);
}

/** What a run waits for or how long it still takes; empty where there is nothing to say. */
export function timingText(run: Run): string {
  if (run.state === "running" && run.cancel_requested) {
    return "Stopping…";
  }
  if (run.state === "running") {
    return run.seconds_left === null ? "" : `about ${formatDuration(run.seconds_left)} left`;
  }
  if (run.state === "queued") {
    return run.waiting_reason ?? "Waiting for a worker";
  }
  if (run.started_at !== null && run.finished_at !== null) {
    const seconds = (Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1000;
    return `took ${formatDuration(seconds)}`;
  }
  return "";
}

export function countRuns(runs: readonly Run[]): Required<RunCounts> {
  const counts = { searching: 0, queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const run of runs) {
    counts[run.state] += 1;
  }
  return counts;
}

/** How many runs have not ended. */
export function activeCount(counts: RunCounts): number {
  return counts.searching + counts.queued + counts.running;
}

/** Counts in words, only those that are not zero: `2 running, 3 queued`. */
export function countsText(counts: RunCounts): string {
  const order: RunState[] = ["running", "searching", "queued", "completed", "failed", "cancelled"];
  const parts = order.filter((state) => (counts[state] ?? 0) > 0).map((state) => `${counts[state]} ${state}`);
  return parts.length > 0 ? parts.join(", ") : "no runs";
}

/** What happened to runs between two looks, as sentences for a screen reader. */
export function stateChanges(before: readonly Run[], after: readonly Run[]): string[] {
  const states = new Map(before.map((run) => [run.id, run.state]));
  return after
    .filter((run) => states.has(run.id) && states.get(run.id) !== run.state)
    .map((run) => `${run.rule_name}, seed ${run.seed}: ${STATE_LABELS[run.state].toLowerCase()}`);
}

/** One sentence on an experiment whose runs have all ended, or null while some still go on. */
export function endingText(runs: readonly Run[]): string | null {
  const counts = countRuns(runs);
  if (runs.length === 0 || activeCount(counts) > 0) {
    return null;
  }
  if (counts.completed === runs.length) {
    return runs.length === 1 ? "The run has finished." : `All ${runs.length} runs have finished.`;
  }
  const rest = [
    counts.failed > 0 ? `${counts.failed} failed` : "",
    counts.cancelled > 0 ? `${counts.cancelled} cancelled` : "",
  ].filter((part) => part !== "");
  return `${plural(counts.completed, "run")} finished, ${rest.join(" and ")}.`;
}
