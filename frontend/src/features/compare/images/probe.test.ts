import { describe, expect, it } from "vitest";

import type { Probe } from "../../../api/types";
import { className, classStep, imageName, picturePlace } from "./probe";

const probe: Probe = {
  labels: [0, 0, 0, 1, 1, 2],
  class_names: ["cat", "dog", "ship"],
  side: 24,
  columns: 2,
  on_a_sheet: 4,
  sheets: ["first", "second"],
};

describe("pictures of the probe", () => {
  it("lie in rows, a sheet after another", () => {
    expect(picturePlace(probe, 0, 48)).toEqual({ sheet: "first", width: 96, left: 0, top: 0 });
    expect(picturePlace(probe, 3, 48)).toEqual({ sheet: "first", width: 96, left: 48, top: 48 });
    expect(picturePlace(probe, 5, 30)).toEqual({ sheet: "second", width: 60, left: 30, top: 0 });
  });

  it("are absent from links of earlier releases", () => {
    expect(picturePlace({ ...probe, sheets: [], on_a_sheet: 1, columns: 1 }, 2, 48)).toBeNull();
  });

  it("are named by number and class", () => {
    expect(imageName(probe, 4)).toBe("image 4 (dog)");
    expect(className(probe, 5)).toBe("ship");
    expect(className(probe, 6)).toBe("");
  });
});

describe("steps by class", () => {
  it.each([
    [0, true, 3],
    [2, true, 3],
    [3, true, 5],
    [5, true, 5],
    [5, false, 3],
    [4, false, 3],
    [3, false, 0],
    [0, false, 0],
  ])("from image %i, forward %s, leads to %i", (image, forward, next) => {
    expect(classStep(probe.labels, image, forward)).toBe(next);
  });
});
