import { describe, expect, it } from "vitest";

import { makeRun } from "../../testing/fixtures";
import { bestEpochs, commonEpochs, epochAt, neighbours, placeOf } from "./epochs";

const even = [makeRun({ epochs: 10, best_epoch: 7 }), makeRun({ epochs: 10, best_epoch: 9 })];
const uneven = [makeRun({ epochs: 10, best_epoch: 9 }), makeRun({ epochs: 4, best_epoch: 4 })];

describe("epochs on the slider", () => {
  it("are those that all runs have", () => {
    expect(commonEpochs(even)).toBe(10);
    expect(commonEpochs(uneven)).toBe(4);
    expect(commonEpochs([])).toBe(0);
  });

  it("have one name each", () => {
    expect([0, 4, 10].map((place) => epochAt(place, even))).toEqual(["first", 4, "last"]);
    // The last one of the shorter run is not the last of the longer.
    expect(epochAt(4, uneven)).toBe(4);
  });

  it.each([
    ["first", 0],
    [3, 3],
    [12, 10],
    ["last", 10],
    ["best", 7],
  ] as const)("stand where they are: %s at %d", (epoch, place) => {
    expect(placeOf(epoch, even)).toBe(place);
  });

  it("lead back to themselves", () => {
    for (const runs of [even, uneven]) {
      for (let place = 0; place <= commonEpochs(runs); place += 1) {
        expect(placeOf(epochAt(place, runs), runs)).toBe(place);
      }
    }
  });

  it("of the best of each run are marked once, and none outside of the slider is taken", () => {
    expect(bestEpochs([...even, ...even])).toEqual([7, 9]);
    expect(placeOf("best", [makeRun({ epochs: 4, best_epoch: null })])).toBe(4);
  });

  it("have the next ones on both sides, where there are any", () => {
    expect(neighbours(4, even)).toEqual([5, 3]);
    expect(neighbours("first", even)).toEqual([1]);
    expect(neighbours("last", even)).toEqual([9]);
    expect(neighbours(9, even)).toEqual(["last", 8]);
  });
});
