import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";

import type { LogPages } from "./eventLog";
import { makeExperiment, makeRun } from "../testing/fixtures";
import { applyEvent, parseEvent, type StreamEvent } from "./applyEvent";
import { keys } from "./keys";
import type { Experiment, Run } from "./types";

function setUp() {
  const queryClient = new QueryClient();
  const runs = [makeRun({ id: "a", state: "running", epoch: 2 }), makeRun({ id: "b", state: "queued", epoch: 0 })];
  queryClient.setQueryData(keys.experiment("experiment"), makeExperiment(runs));
  const refresh = { list: vi.fn<() => void>(), curves: vi.fn<(id: string) => void>() };
  const read = () => queryClient.getQueryData<Experiment>(keys.experiment("experiment"));
  return { queryClient, refresh, read };
}

function streamed(id: number, type: StreamEvent["type"], experimentId: string): Omit<StreamEvent, "data"> {
  return { id, type, experimentId, runId: null, at: "2026-11-23T12:00:00Z" };
}

function runEvent(id: number, run: Run): StreamEvent {
  return { ...streamed(id, "run", run.experiment_id), data: { ...run } };
}

function logged(id: number, kind: string): StreamEvent {
  return { ...streamed(id, "log", "experiment"), runId: "a", data: { kind, text: `${kind}.`, who: "BP, seed 0" } };
}

describe("applyEvent", () => {
  it("puts a newer run in place, with counts and progress", () => {
    const { queryClient, refresh, read } = setUp();
    applyEvent(queryClient, runEvent(11, makeRun({ id: "a", epoch: 10 })), refresh);
    expect(read()?.runs[0]?.state).toBe("completed");
    expect(read()?.counts).toMatchObject({ completed: 1, queued: 1, running: 0 });
    expect(read()?.progress).toBe(0.5);
    expect(read()?.event_id).toBe(11);
    expect(refresh.curves).toHaveBeenCalledWith("experiment");
    expect(refresh.list).toHaveBeenCalledOnce();
  });

  it("puts a newer trial in place, leaving runs, counts and curves alone", () => {
    const { queryClient, refresh, read } = setUp();
    const runs = [makeRun({ id: "a", state: "searching", epoch: 0 })];
    const trials = [makeRun({ id: "t", role: "trial", state: "running", epoch: 0, epochs: 2 })];
    queryClient.setQueryData(keys.experiment("experiment"), makeExperiment(runs, { trials }));
    applyEvent(queryClient, runEvent(11, makeRun({ id: "t", role: "trial", epoch: 2, epochs: 2 })), refresh);
    expect(read()?.trials[0]?.state).toBe("completed");
    expect(read()?.runs).toEqual(runs);
    expect(read()?.counts).toMatchObject({ searching: 1, completed: 0 });
    expect(read()?.progress).toBeCloseTo(2 / 12);
    expect(refresh.curves).not.toHaveBeenCalled();
    expect(refresh.list).toHaveBeenCalledOnce();
  });

  it("reads the experiment again once a search has ended, for which trial was chosen", () => {
    const { queryClient, refresh, read } = setUp();
    const runs = [makeRun({ id: "a", state: "searching" }), makeRun({ id: "b", state: "queued" })];
    queryClient.setQueryData(keys.experiment("experiment"), makeExperiment(runs));
    const stale = () => queryClient.getQueryState(keys.experiment("experiment"))?.isInvalidated;
    applyEvent(queryClient, runEvent(11, makeRun({ id: "b", state: "running" })), refresh);
    expect(stale()).toBe(false);
    applyEvent(queryClient, runEvent(12, makeRun({ id: "a", state: "queued", parameters: { lr: 0.003 } })), refresh);
    expect(read()?.runs[0]).toMatchObject({ state: "queued", parameters: { lr: 0.003 } });
    expect(stale()).toBe(true);
  });

  it("does not let a replayed event undo what was read later", () => {
    const { queryClient, refresh, read } = setUp();
    applyEvent(queryClient, runEvent(10, makeRun({ id: "a", state: "queued", epoch: 0 })), refresh);
    expect(read()?.runs[0]?.state).toBe("running");
  });

  it("asks again for the one comparison that an analysis belongs to", () => {
    const { queryClient, refresh } = setUp();
    const measures = {
      images: "probe",
      subset: "all",
      subset_class: 0,
      estimator: "unbiased",
      matrices: "ours",
      distance: "correlation",
      map: "epoch",
      map_dimensions: 2,
      map_seeds: "one",
      exemplar_class: 0,
    } as const;
    const mine = keys.comparison("experiment", { ...measures, epoch: "best" }, ["run"]);
    const other = keys.comparison("experiment", { ...measures, epoch: "last" }, ["run"]);
    queryClient.setQueryData(mine, { id: "one", analyses: ["a", "b"] });
    queryClient.setQueryData(other, { id: "two", analyses: ["c"] });
    applyEvent(
      queryClient,
      { ...streamed(11, "analysis", "experiment"), data: { id: "b", state: "completed" } },
      refresh,
    );
    expect(queryClient.getQueryState(mine)?.isInvalidated).toBe(true);
    expect(queryClient.getQueryState(other)?.isInvalidated).toBe(false);
  });

  it("puts an entry on top of the logs that are open, an epoch only where epochs are shown", () => {
    const { queryClient, refresh } = setUp();
    const shown = (routine: boolean) =>
      queryClient
        .getQueryData<LogPages>(keys.log("experiment", routine))
        ?.pages.flatMap(({ items }) => items.map(({ id, kind, at }) => [id, kind, at]));
    applyEvent(queryClient, logged(11, "started"), refresh);
    expect(shown(true)).toBeUndefined();
    for (const routine of [true, false]) {
      queryClient.setQueryData(keys.log("experiment", routine), {
        pages: [{ items: [], next_before: null }],
        pageParams: [null],
      });
    }
    applyEvent(queryClient, logged(12, "epoch"), refresh);
    applyEvent(queryClient, logged(13, "failed"), refresh);
    expect(shown(false)).toEqual([[13, "failed", "2026-11-23T12:00:00Z"]]);
    expect(shown(true)?.map(([id]) => id)).toEqual([13, 12]);
    expect(refresh.list).not.toHaveBeenCalled();
  });

  it("forgets a deleted experiment", () => {
    const { queryClient, refresh, read } = setUp();
    applyEvent(queryClient, { ...streamed(11, "deleted", "experiment"), data: {} }, refresh);
    expect(read()).toBeUndefined();
    expect(refresh.list).toHaveBeenCalledOnce();
  });
});

describe("parseEvent", () => {
  it("reads what the stream sends", () => {
    const message =
      '{"id": 3, "type": "log", "experiment_id": "x", "run_id": "r", "created_at": "2026-11-23T12:00:00Z", "data": {}}';
    expect(parseEvent(message)).toEqual({
      id: 3,
      type: "log",
      experimentId: "x",
      runId: "r",
      at: "2026-11-23T12:00:00Z",
      data: {},
    });
  });

  it.each(["", "[]", '{"id": "3", "type": "run", "data": {}}', '{"id": 3, "type": "news", "data": {}}'])(
    "passes over %j",
    (text) => {
      expect(parseEvent(text)).toBeNull();
    },
  );
});
