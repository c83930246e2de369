import { describe, expect, it } from "vitest";

import { afterRelayout, NO_ZOOM, withZoom } from "./zoom";

const layout = { xaxis: { range: [0, 10], title: "Step" }, yaxis: {}, height: 300 };

describe("zoom", () => {
  const zoomed = afterRelayout(NO_ZOOM, { "xaxis.range[0]": 2, "xaxis.range[1]": 5, "yaxis.range": [0, 1] }, layout);

  it("outlives a figure whose own range grows", () => {
    const grown = { ...layout, xaxis: { range: [0, 20], title: "Step" } };
    expect(withZoom(grown, zoomed)).toEqual({
      xaxis: { range: [2, 5], autorange: false, title: "Step" },
      yaxis: { range: [0, 1], autorange: false },
      height: 300,
    });
  });

  it("ends where an axis is left to plotly.js or back at its own range", () => {
    const reset = { "xaxis.range[0]": 0, "xaxis.range[1]": 10, "yaxis.autorange": true };
    expect(afterRelayout(zoomed, reset, layout).size).toBe(0);
  });

  it("passes over other changes and axes that are no longer there", () => {
    expect(afterRelayout(NO_ZOOM, { dragmode: "pan", "xaxis.title.text": "x" }, layout).size).toBe(0);
    expect(withZoom({ height: 1 }, zoomed)).toEqual({ height: 1 });
  });
});
