import { describe, expect, it } from "vitest";

import type { Figure } from "../../../api/types";
import { cellAfterKey, dissimilarity, dissimilarityText, matricesOf, type Matrix } from "./rdmCells";

const N = 5;

/** Two rules and two layers; the value of the pair (i, j), i < j, is 100 i + j, plus 1000 a matrix. */
function figure(exponent = 0): Figure {
  const data = ["BP", "uSF SN"].flatMap((rule, row) =>
    ["conv1", "fc1"].map((layer, column) => {
      const values: number[] = [];
      for (let i = 0; i < N; i += 1) {
        for (let j = i + 1; j < N; j += 1) {
          values.push(100 * i + j + 1000 * (2 * row + column));
        }
      }
      const bdata = Buffer.from(new Uint16Array(values).buffer).toString("base64");
      return {
        type: "image",
        xaxis: column ? "x2" : "x",
        yaxis: row ? "y2" : "y",
        meta: { rule, layer, images: N, symbol: "1 − r =", exponent, thousandths: { dtype: "u2", bdata } },
      };
    }),
  );
  return {
    name: "rdms",
    title: "",
    caption: "",
    plotly: { data: [...data, { type: "scatter" }], layout: {} },
    table: { columns: [], formats: [], rows: [] },
  };
}

const at = (matrix: number, row: number, column: number) => ({ matrix, row, column });
const press = (key: string, shiftKey = false) => ({ key, shiftKey });

/** The texts of a pair's values in every matrix. */
function valuesOf(matrices: readonly Matrix[], row: number, column: number): string[] {
  return matrices.map((matrix) => dissimilarityText(matrix, row, column));
}

const labels = [0, 0, 1, 1, 2];

describe("matrices of a figure", () => {
  const matrices = matricesOf(figure());

  it("are its pictures, not its colour bar", () => {
    expect(matrices.map(({ rule, layer, curve }) => [rule, layer, curve])).toEqual([
      ["BP", "conv1", 0],
      ["BP", "fc1", 1],
      ["uSF SN", "conv1", 2],
      ["uSF SN", "fc1", 3],
    ]);
  });

  it("have the value of every pair, in either order, and 0 on the diagonal", () => {
    for (const [index, matrix] of matrices.entries()) {
      for (let i = 0; i < N; i += 1) {
        for (let j = 0; j < N; j += 1) {
          const expected = i === j ? 0 : 100 * Math.min(i, j) + Math.max(i, j) + 1000 * index;
          expect(dissimilarity(matrix, i, j)).toBe(expected);
        }
      }
    }
  });

  it("say a value with three decimals and its power of ten", () => {
    expect(valuesOf(matrices, 1, 3)).toEqual(["0.103", "1.103", "2.103", "3.103"]);
    expect(valuesOf(matricesOf(figure(-12)), 1, 3)[0]).toBe("0.103 × 10⁻¹²");
  });

  it("say where a value is undefined", () => {
    const partly = matrices.slice(0, 1).map((matrix) => ({ ...matrix, thousandths: () => [Number.NaN, 5] }));
    expect(valuesOf(partly, 0, 1)).toEqual(["undefined"]);
    expect(valuesOf(partly, 0, 2)).toEqual(["0.005"]);
  });
});

describe("keys on the gallery", () => {
  const matrices = matricesOf(figure());

  it.each([
    ["ArrowRight", at(0, 1, 1), at(0, 1, 2)],
    ["ArrowLeft", at(0, 1, 0), at(0, 1, 0)],
    ["ArrowDown", at(0, 4, 1), at(0, 4, 1)],
    ["ArrowUp", at(0, 4, 1), at(0, 3, 1)],
    ["PageDown", at(0, 0, 1), at(0, 2, 1)],
    ["PageUp", at(0, 3, 1), at(0, 2, 1)],
    ["End", at(0, 0, 2), at(0, 0, 4)],
    ["Home", at(0, 0, 2), at(0, 0, 0)],
  ])("%s moves the cell", (key, from, to) => {
    expect(cellAfterKey(press(key), from, matrices, labels)).toEqual(to);
  });

  it.each([
    ["ArrowRight", 0, 1],
    ["ArrowRight", 1, 1],
    ["ArrowLeft", 2, 2],
    ["ArrowDown", 1, 3],
    ["ArrowDown", 3, 3],
    ["ArrowUp", 2, 0],
  ])("Shift and %s change the matrix, from %i to %i", (key, from, to) => {
    expect(cellAfterKey(press(key, true), at(from, 3, 2), matrices, labels)).toEqual(at(to, 3, 2));
  });

  it("begins at the first cell and ignores other keys", () => {
    expect(cellAfterKey(press("ArrowDown"), null, matrices, labels)).toEqual(at(0, 0, 0));
    expect(cellAfterKey(press("x"), at(0, 1, 1), matrices, labels)).toBeNull();
  });
});
