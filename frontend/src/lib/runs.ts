import type { Run, RunCounts, RunState } from "../api/types";
import { formatDuration, formatInteger, plural } from "./format";

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
