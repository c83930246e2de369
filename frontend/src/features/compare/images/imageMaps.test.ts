import { describe, expect, it } from "vitest";

import type { Figure } from "../../../api/types";
import { imageAfterKey, imageMapsOf } from "./imageMaps";

const figure: Figure = {
  name: "image-space",
  title: "Image space",
  caption: "",
  plotly: {
    data: [
      { type: "scatter", name: "BP", x: [1, 2], y: [3, 4], xaxis: "x", yaxis: "y", customdata: [0, 7] },
      { type: "scatter", name: "uSF SN", x: [5, 6], y: [7, 8], xaxis: "x2", yaxis: "y2", customdata: [0, 7] },
      { type: "scatter", name: "cat", x: [null], y: [null], showlegend: true },
    ],
    layout: {},
  },
  table: { columns: [], formats: [], rows: [] },
};

describe("maps in a figure", () => {
  it("are its traces of images, not those of its legend", () => {
    const maps = imageMapsOf(figure);
    expect(maps.map(({ name, curve, xaxis }) => [name, curve, xaxis])).toEqual([
      ["BP", 0, "x"],
      ["uSF SN", 1, "x2"],
    ]);
    expect(Array.from(maps[1]?.y ?? [])).toEqual([7, 8]);
    expect(maps[0]?.images).toEqual([0, 7]);
  });
});

describe("keys on a map", () => {
  const images = [0, 1, 3, 4, 6];
  const labels = [0, 0, 0, 1, 1, 1, 2];

  it.each([
    ["ArrowRight", null, 0],
    ["ArrowRight", 1, 3],
    ["ArrowRight", 6, 6],
    ["ArrowLeft", 3, 1],
    ["ArrowLeft", null, 0],
    ["ArrowDown", 0, 3],
    ["ArrowDown", 4, 6],
    ["ArrowUp", 4, 3],
    ["ArrowUp", 3, 0],
    ["End", 0, 6],
    ["Home", 6, 0],
    ["a", 3, null],
  ])("%s from %s leads to %s", (key, current, next) => {
    expect(imageAfterKey(key, current, images, labels)).toBe(next);
  });
});
