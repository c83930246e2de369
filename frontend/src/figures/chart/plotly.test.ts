import { describe, expect, it } from "vitest";

import type { Figure } from "../../api/types";
import { exportFigure, pageLayout, PLOT_CONFIG, stretched, tracesOf } from "./plotly";

const figure: Figure = {
  name: "loss",
  title: "Training loss",
  caption: "",
  plotly: {
    data: [{ type: "scatter", y: [1, 2] }, null],
    layout: { height: 300, width: 900, xaxis: { title: "Step" } },
  },
  table: { columns: [], formats: [], rows: [] },
};

describe("a figure that fills the window", () => {
  it("is as high as there is room for, and at most twice as high as it was", () => {
    expect(stretched({ height: 300 }, 500)).toEqual({ height: 500 });
    expect(stretched({ height: 300 }, 900)).toEqual({ height: 600 });
  });

  it("is never lower than it was, nor stretched under a legend above it", () => {
    expect(stretched({ height: 300 }, 200)).toEqual({ height: 300 });
    const named = { height: 300, showlegend: true, legend: { y: 1.2 } };
    expect(stretched(named, 500)).toEqual(named);
    expect(stretched({ ...named, showlegend: false }, 500)["height"]).toBe(500);
  });
});

describe("figures", () => {
  it("hands plotly.js copies that it may write into", () => {
    const [trace] = tracesOf(figure);
    const layout = exportFigure(figure, "#ffffff").layout;
    Object.assign(trace ?? {}, { y: [] });
    Object.assign(layout["xaxis"] ?? {}, { title: "changed" });
    expect(figure.plotly).toMatchObject({ data: [{ y: [1, 2] }, null], layout: { xaxis: { title: "Step" } } });
  });

  it("drops what is not a trace", () => {
    expect(tracesOf(figure)).toEqual([{ type: "scatter", y: [1, 2] }]);
  });

  it("fills the card and keeps zoom across updates", () => {
    expect(pageLayout(figure)).toEqual({ height: 300, xaxis: { title: "Step" }, autosize: true, uirevision: "loss" });
  });

  it("never offer to send data away", () => {
    expect(PLOT_CONFIG).toMatchObject({ showSendToCloud: false, plotlyServerURL: "" });
  });

  it("saves on an opaque background", () => {
    expect(exportFigure(figure, "#ffffff").layout).toMatchObject({ paper_bgcolor: "#ffffff" });
  });
});
