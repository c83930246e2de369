import { describe, expect, it } from "vitest";

import type { Figure } from "../../../api/types";
import { epochAt, trajectoryEpochs, upToEpoch } from "./trajectory";

/** Two paths, of epochs 0, 2, 6 and of 0, 2, and a dot that does not move. */
const figure: Figure = {
  name: "geometry-map",
  title: "",
  caption: "",
  table: { columns: [], formats: [], rows: [] },
  plotly: {
    data: [
      {
        type: "scatter",
        x: [0, 2, 10, null, 5, 7],
        y: [1, 1, 5, null, 0, 4],
        customdata: ["a", "b", "c", "", "d", "e"],
        marker: { symbol: ["circle", "circle", "circle", "circle", "x", "x"], size: [5, 5, 11, 0, 5, 11] },
        meta: { epochs: [0, 2, 6, null, 0, 2] },
      },
      { type: "scatter", x: [3], y: [3], marker: { size: [11] } },
    ],
    layout: { meta: { epochs: [0, 2, 6] } },
  },
};

const moving = (shown: Figure) => (shown.plotly["data"] as Record<string, unknown>[])[0];

describe("upToEpoch", () => {
  it("is the whole figure at the last epoch", () => {
    expect(moving(upToEpoch(figure, 6))).toMatchObject({
      x: [0, 2, 10, null, 5, 7],
      marker: { size: [5, 5, 11, 5, 5, 11] },
    });
  });

  it("leaves out what was not reached and marks where each network is", () => {
    expect(moving(upToEpoch(figure, 0))).toMatchObject({
      x: [0, null, 5],
      y: [1, null, 0],
      customdata: ["a", "", "d"],
      marker: { symbol: ["circle", "circle", "x"], size: [11, 5, 11] },
    });
    expect(moving(upToEpoch(figure, 2))).toMatchObject({ x: [0, 2, null, 5, 7], marker: { size: [5, 11, 5, 5, 11] } });
  });

  it("stands on the line between two epochs", () => {
    expect(moving(upToEpoch(figure, 3))).toMatchObject({
      x: [0, 2, 4, null, 5, 7],
      y: [1, 1, 2, null, 0, 4],
      customdata: ["a", "b", "b", "", "d", "e"],
      marker: { size: [5, 5, 11, 5, 5, 11] },
    });
  });

  it("leaves other traces, and the figure that it is given", () => {
    const before = structuredClone(figure);
    const shown = upToEpoch(figure, 0);
    expect((shown.plotly["data"] as unknown[])[1]).toEqual((before.plotly["data"] as unknown[])[1]);
    expect(figure).toEqual(before);
  });
});

describe("epochs of a map", () => {
  it("are its layout's, and none where it shows one epoch", () => {
    expect(trajectoryEpochs(figure)).toEqual([0, 2, 6]);
    expect(trajectoryEpochs({ ...figure, plotly: { data: [], layout: {} } })).toEqual([]);
  });

  it("lie between their neighbours in proportion, and never outside", () => {
    expect([-1, 0, 0.5, 1.25, 2, 9].map((place) => epochAt([0, 2, 6], place))).toEqual([0, 0, 1, 3, 6, 6]);
  });
});
