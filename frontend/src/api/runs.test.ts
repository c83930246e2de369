import { describe, expect, it } from "vitest";

import { makeRun } from "../testing/fixtures";
import {
  allSecondsLeft,
  countsText,
  endingText,
  epochText,
  isChosen,
  overallProgress,
  runProgress,
  stateChanges,
  timingText,
  trialsText,
} from "./runs";

const plain = (text: string) => text.replaceAll("\u202f", " ");

describe("a run's progress", () => {
  it("follows steps where they are known and epochs where not", () => {
    expect(runProgress(makeRun({ state: "running", step: 25, total_steps: 100 }))).toBe(0.25);
    expect(runProgress(makeRun({ state: "running", epoch: 3, epochs: 10, total_steps: null }))).toBe(0.3);
  });

  it("is whole once completed", () => {
    expect(runProgress(makeRun({ step: 0 }))).toBe(1);
  });

  it("counts the epoch under way while running, and finished ones afterwards", () => {
    expect(epochText(makeRun({ state: "running", epoch: 2 }))).toBe("epoch 3 of 10");
    expect(epochText(makeRun({ state: "running", epoch: 10 }))).toBe("epoch 10 of 10");
    expect(epochText(makeRun({ state: "cancelled", epoch: 2 }))).toBe("epoch 2 of 10");
  });
});

describe("a run's timing", () => {
  it.each([
    [makeRun({ state: "running", seconds_left: 80 }), "about 1 min 20 s left"],
    [makeRun({ state: "running", cancel_requested: true, seconds_left: 80 }), "Stopping…"],
    [makeRun({ state: "queued", waiting_reason: "No worker running." }), "No worker running."],
    [makeRun(), "took 59 s"],
    [makeRun({ state: "cancelled", started_at: null }), ""],
  ])("case %#", (run, text) => {
    expect(plain(timingText(run))).toBe(text);
  });
});

describe("runs together", () => {
  it("names only the states that occur", () => {
    const none = { searching: 0, queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
    expect(countsText({ ...none, queued: 3, running: 2 })).toBe("2 running, 3 queued");
    expect(countsText({ ...none, searching: 1, running: 2 })).toBe("2 running, 1 searching");
  });

  it("announces changed states and nothing else", () => {
    const before = [makeRun({ id: "a", state: "running" }), makeRun({ id: "b", state: "queued" })];
    const after = [makeRun({ id: "a" }), makeRun({ id: "b", state: "queued" }), makeRun({ id: "c" })];
    expect(stateChanges(before, after)).toEqual(["BP, seed 0: completed"]);
  });

  it("says how an experiment ended, once it has", () => {
    expect(endingText([makeRun(), makeRun({ state: "running" })])).toBeNull();
    expect(endingText([makeRun(), makeRun({ state: "searching" })])).toBeNull();
    expect(endingText([makeRun(), makeRun()])).toBe("All 2 runs have finished.");
    expect(endingText([makeRun(), makeRun({ state: "failed" }), makeRun({ state: "cancelled" })])).toBe(
      "1 run finished, 1 failed and 1 cancelled.",
    );
  });
});

describe("a search", () => {
  const trials = (["completed", "failed", "running", "queued"] as const).map((state) => makeRun({ state }));

  it("counts trials that have ended, however they did", () => {
    expect(trialsText(trials)).toBe("2 of 4 trials done");
    expect(trialsText(trials.slice(0, 1))).toBe("1 of 1 trial done");
  });

  it("has settings once a trial is chosen; without trials there is nothing to choose", () => {
    expect(isChosen(trials)).toBe(false);
    expect(isChosen([...trials, makeRun({ chosen: true })])).toBe(true);
    expect(isChosen([])).toBe(true);
  });
});

describe("all runs together", () => {
  const running = makeRun({ state: "running", step: 50, seconds_left: 30, finished_at: null });
  const queued = makeRun({ state: "queued", step: 0, epoch: 0, total_steps: null, started_at: null });

  it("are as far as their epochs are", () => {
    expect(overallProgress([makeRun(), running, queued])).toBe(0.5);
    expect(overallProgress([makeRun({ epochs: 30 }), { ...queued, epochs: 10 }])).toBe(0.75);
    expect(overallProgress([])).toBe(0);
  });

  it("take as long as what runs tells, and those that wait as long as others of their rule", () => {
    // A completed run of the rule took 59 s, the running one will have taken 60 s.
    expect(allSecondsLeft([running])).toBe(30);
    expect(allSecondsLeft([running, queued])).toBe(90);
    expect(allSecondsLeft([makeRun(), running, queued])).toBeCloseTo(30 + 59.5);
    expect(allSecondsLeft([makeRun({ rule: "fa_dense", epochs: 5 }), running, queued])).toBe(90);
  });

  it("share the work between as many as run now, but none ends before the slowest", () => {
    expect(allSecondsLeft([running, running, queued, queued])).toBe((30 + 30 + 60 + 60) / 2);
    expect(allSecondsLeft([running, { ...running, seconds_left: 500 }])).toBe(500);
  });

  it("say nothing while none can tell", () => {
    expect(allSecondsLeft([queued])).toBeNull();
    expect(allSecondsLeft([{ ...running, seconds_left: null }, queued])).toBeNull();
    expect(allSecondsLeft([makeRun()])).toBeNull();
  });
});
