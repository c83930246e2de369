import type { QueryClient } from "@tanstack/react-query";

import { isRoutine, withEntry, type LogPages } from "./eventLog";
import { countRuns } from "./runs";
import { keys } from "./keys";
import type { Comparison, Experiment, LogEntry, Run } from "./types";
import { isRecord } from "../lib/record";

export const EVENT_TYPES = ["run", "experiment", "analysis", "deleted", "log"] as const;

/** An event of the stream, as far as this page reads it. */
export interface StreamEvent {
  id: number;
  type: (typeof EVENT_TYPES)[number];
  experimentId: string | null;
  runId: string | null;
  at: string;
  data: Record<string, unknown>;
}

/** What is fetched again after events, each at most so often. */
interface Refreshers {
  list(): void;
  curves(experimentId: string): void;
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Reads one message of the stream; null where it is none that this page knows. */
export function parseEvent(message: string): StreamEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return null;
  }
  if (!isRecord(value) || typeof value["id"] !== "number" || !isRecord(value["data"])) {
    return null;
  }
  const type = EVENT_TYPES.find((known) => known === value["type"]);
  return type === undefined
    ? null
    : {
        id: value["id"],
        type,
        experimentId: text(value["experiment_id"]),
        runId: text(value["run_id"]),
        at: text(value["created_at"]) ?? "",
        data: value["data"],
      };
}

function isRun(data: Record<string, unknown>): data is Record<string, unknown> & Run {
  return typeof data["id"] === "string" && typeof data["experiment_id"] === "string" && "state" in data;
}

/** The experiment with one run or trial replaced, its counts and progress following. */
export function replaceRun(experiment: Experiment, run: Run): Experiment {
  const replaced = (networks: Run[]) => networks.map((old) => (old.id === run.id ? run : old));
  const runs = run.role === "run" ? replaced(experiment.runs) : experiment.runs;
  const trials = run.role === "trial" ? replaced(experiment.trials) : experiment.trials;
  const networks = [...runs, ...trials];
  const epochs = networks.reduce((sum, item) => sum + item.epochs, 0);
  const finished = networks.reduce((sum, item) => sum + item.epoch, 0);
  return {
    ...experiment,
    runs,
    trials,
    counts: countRuns(runs),
    progress: epochs > 0 ? finished / epochs : experiment.progress,
  };
}

/** Whether a run stops waiting for the outcome of its search. */
function endsSearch(experiment: Experiment | undefined, run: Run): boolean {
  const old = experiment?.runs.find(({ id }) => id === run.id);
  return old?.state === "searching" && run.state !== "searching";
}

/** Puts an entry on top of the logs of its experiment that are on the page. */
function addToLog(queryClient: QueryClient, { id, at, runId, experimentId, data }: StreamEvent): void {
  const entry = { ...data, id, at, run_id: runId } as LogEntry;
  for (const routine of isRoutine(entry) ? [true] : [true, false]) {
    queryClient.setQueryData<LogPages>(keys.log(experimentId ?? "", routine), (log) => log && withEntry(log, entry));
  }
}

/** Brings the query cache up to date with one event. Events older than what was read change nothing. */
export function applyEvent(queryClient: QueryClient, event: StreamEvent, refresh: Refreshers): void {
  const { data, experimentId } = event;
  if (event.type === "run" && isRun(data)) {
    const queryKey = keys.experiment(data.experiment_id);
    const known = queryClient.getQueryData<Experiment>(queryKey);
    if (known && event.id > known.event_id) {
      queryClient.setQueryData<Experiment>(queryKey, { ...replaceRun(known, data), event_id: event.id });
      if (endsSearch(known, data)) {
        // Which trial was chosen comes in no event of its own.
        void queryClient.invalidateQueries({ queryKey });
      }
    }
    if (data.role === "run") {
      refresh.curves(data.experiment_id);
    }
    refresh.list();
  } else if (event.type === "log") {
    addToLog(queryClient, event);
  } else if (event.type === "analysis") {
    void queryClient.invalidateQueries({
      queryKey: keys.comparisons,
      predicate: ({ state }) =>
        (state.data as Comparison | undefined)?.analyses?.some((id) => id === data["id"]) === true,
    });
  } else if (event.type === "deleted" && experimentId !== null) {
    queryClient.removeQueries({ queryKey: keys.experiment(experimentId), type: "inactive" });
    void queryClient.invalidateQueries({ queryKey: keys.experiment(experimentId) });
    refresh.list();
  } else {
    if (experimentId !== null) {
      void queryClient.invalidateQueries({ queryKey: keys.experiment(experimentId) });
    }
    refresh.list();
  }
}
