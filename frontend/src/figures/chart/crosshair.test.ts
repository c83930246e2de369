import { describe, expect, it } from "vitest";

import { crosshairs, sharedAxis } from "./crosshair";

const margin = { l: 60, r: 10, t: 40, b: 60 };

describe("a place in every panel", () => {
  it("lies in proportion between the margins of a single plot", () => {
    const layout = { height: 300, margin, xaxis: { range: [0, 200] }, yaxis: { range: [0, 1] } };
    expect(crosshairs(layout, 470, 50)).toEqual([{ left: 160, top: 40, height: 200 }]);
  });

  it("follows each panel's own domain and range", () => {
    const layout = {
      height: 300,
      margin,
      xaxis: { range: [0, 100], domain: [0, 0.5] },
      yaxis: { domain: [0.5, 1] },
      xaxis2: { range: [50, 100], domain: [0.6, 1] },
      yaxis2: { domain: [0, 0.25] },
    };
    expect(crosshairs(layout, 1070, 75)).toEqual([
      { left: 60 + 375, top: 40, height: 100 },
      { left: 60 + 800, top: 190, height: 50 },
    ]);
    expect(crosshairs(layout, 1070, 25)).toHaveLength(1);
    expect(crosshairs(layout, 1070, 101)).toHaveLength(0);
  });

  it("lies nowhere without axes", () => {
    expect(crosshairs({ xaxis: { visible: false } }, 400, 1)).toEqual([]);
  });
});

describe("what figures share", () => {
  it("is what the service says of them", () => {
    expect(sharedAxis({ meta: { x: "epoch" } })).toBe("epoch");
    expect(sharedAxis({ meta: "epoch" })).toBeNull();
    expect(sharedAxis({})).toBeNull();
  });
});
