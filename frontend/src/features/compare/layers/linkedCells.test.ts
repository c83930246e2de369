import { describe, expect, it } from "vitest";

import { cellBoxes, hoveredCell, linkedValues, type AxisPlaces, type Cell } from "./linkedCells";

const layers = ["conv1", "fc1"];
const traces = [
  { type: "heatmap", x: layers, y: layers, xaxis: "x", yaxis: "y" },
  { type: "scatter", x: layers, y: layers, xaxis: "x", yaxis: "y" },
  { type: "heatmap", x: layers, y: layers, xaxis: "x2", yaxis: "y2" },
];

describe("a hovered cell", () => {
  it("lies in every heatmap and nowhere else", () => {
    // Columns of 20 pixels from 100 on; rows of 10 from 50 on, the first one on top.
    const axes: Record<string, AxisPlaces> = {
      x: { offset: 100, along: (value) => 20 * (value + 0.5) },
      y: { offset: 50, along: (value) => 10 * (value + 0.5) },
      x2: { offset: 200, along: (value) => 20 * (value + 0.5) },
      y2: { offset: 50, along: (value) => 20 - 10 * (value + 0.5) },
    };
    const boxes = (cell: Cell) => cellBoxes(traces, cell, (name) => axes[name] ?? null);
    expect(boxes({ row: "fc1", column: "conv1" })).toEqual([
      { left: 100, top: 60, width: 20, height: 10 },
      { left: 200, top: 50, width: 20, height: 10 },
    ]);
    expect(boxes({ row: "fc9", column: "conv1" })).toEqual([]);
    expect(cellBoxes(traces, { row: "fc1", column: "conv1" }, () => null)).toEqual([]);
  });

  it("is read from what plotly.js tells", () => {
    const at = { curveNumber: 0, pointNumber: 0 };
    expect(hoveredCell({ points: [{ ...at, x: "conv1", y: "fc1" }] })).toEqual({ row: "fc1", column: "conv1" });
    expect(hoveredCell({ points: [{ ...at, x: 1, y: 2 }] })).toBeNull();
    expect(hoveredCell({ points: [] })).toBeNull();
    expect(hoveredCell(undefined)).toBeNull();
  });

  it("has a value in every panel", () => {
    const table = {
      columns: ["Rule", "Whose", "Layer", "BP conv1", "BP fc1"],
      formats: ["text", "text", "text", "fixed2", "fixed2"],
      rows: [
        ["FA Dense", "ours", "conv1", 0.5, 0.1],
        ["FA Dense", "ours", "fc1", 0.234, 0.7],
        ["FA Dense", "the paper’s", "fc1", null, 0.7],
      ],
    };
    expect(linkedValues(table, { row: "fc1", column: "conv1" })).toEqual([
      { name: "FA Dense, ours", value: "0.23" },
      { name: "FA Dense, the paper’s", value: "–" },
    ]);
    expect(linkedValues(table, { row: "fc1", column: "conv9" })).toEqual([]);
  });
});
