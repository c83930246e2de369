import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";

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

function runEvent(id: number, run: Run): StreamEvent {
  return { id, type: "run", experimentId: run.experiment_id, data: { ...run } };
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
      exemplar_class: 0,
    } as const;
    const mine = keys.comparison("experiment", { ...measures, epoch: "best" }, ["run"]);
    const other = keys.comparison("experiment", { ...measures, epoch: "last" }, ["run"]);
    queryClient.setQueryData(mine, { id: "one", analyses: ["a", "b"] });
    queryClient.setQueryData(other, { id: "two", analyses: ["c"] });
    applyEvent(
      queryClient,
      { id: 11, type: "analysis", experimentId: "experiment", data: { id: "b", state: "completed" } },
      refresh,
    );
    expect(queryClient.getQueryState(mine)?.isInvalidated).toBe(true);
    expect(queryClient.getQueryState(other)?.isInvalidated).toBe(false);
  });

  it("forgets a deleted experiment", () => {
    const { queryClient, refresh, read } = setUp();
    applyEvent(queryClient, { id: 11, type: "deleted", experimentId: "experiment", data: {} }, refresh);
    expect(read()).toBeUndefined();
    expect(refresh.list).toHaveBeenCalledOnce();
  });
});

describe("parseEvent", () => {
  it("reads what the stream sends", () => {
    expect(parseEvent('{"id": 3, "type": "deleted", "experiment_id": "x", "run_id": null, "data": {}}')).toEqual({
      id: 3,
      type: "deleted",
      experimentId: "x",
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
