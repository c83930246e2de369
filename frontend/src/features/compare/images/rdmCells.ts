import type { Figure } from "../../../api/types";
import { formatFixed } from "../../../lib/format";
import { tracesIn } from "../../../figures/chart/plotly";
import { classStep } from "./probe";
import { numbersOf } from "../../../figures/chart/typedArray";

/** One dissimilarity matrix of the gallery, as its figure holds it. */
export interface Matrix {
  rule: string;
  layer: string;
  /** Which trace of the figure it is. */
  curve: number;
  xaxis: string;
  yaxis: string;
  images: number;
  /** What is written before a value, as in `1 − r =`. */
  symbol: string;
  /** Dissimilarities in thousandths of `10 ** exponent`, of the pairs (0, 1), (0, 2) ... in order. */
  thousandths: () => ArrayLike<number>;
  exponent: number;
}

/** A cell of one matrix: two images, and which matrix. */
export interface RdmCell {
  matrix: number;
  row: number;
  column: number;
}

function isMeta(value: unknown): value is Omit<Matrix, "thousandths"> & { thousandths: unknown } {
  return typeof value === "object" && value !== null && "thousandths" in value;
}

/** The matrices in a figure, a row a rule, in the order in which they are drawn. */
export function matricesOf(figure: Figure): Matrix[] {
  return tracesIn(figure).flatMap((trace, curve) => {
    const meta = trace["meta"];
    if (!isMeta(meta)) {
      return [];
    }
    let numbers: ArrayLike<number> | undefined;
    return [
      {
        ...meta,
        curve,
        xaxis: String(trace["xaxis"]),
        yaxis: String(trace["yaxis"]),
        thousandths: () => (numbers ??= numbersOf(meta.thousandths) ?? []),
      },
    ];
  });
}

/** The dissimilarity of two images in thousandths of the matrix's unit; null where undefined. */
export function dissimilarity(matrix: Matrix, row: number, column: number): number | null {
  if (row === column) {
    return 0;
  }
  const [i, j] = row < column ? [row, column] : [column, row];
  const value = matrix.thousandths()[i * matrix.images - (i * (i + 1)) / 2 + j - i - 1];
  return value === undefined || Number.isNaN(value) ? null : value;
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function power(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return ` × 10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** A dissimilarity as it is read, with three decimals. */
export function dissimilarityText(matrix: Matrix, row: number, column: number): string {
  const value = dissimilarity(matrix, row, column);
  if (value === null) {
    return "undefined";
  }
  return `${formatFixed(value / 1000, 3)}${matrix.exponent === 0 ? "" : power(matrix.exponent)}`;
}

/** Rows down and columns across that an arrow goes. */
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

interface CellKey {
  key: string;
  shiftKey: boolean;
}

/**
 * Where a key leads from a cell. Arrows go to the next cell, with Shift to the next matrix; Page Up and Down go
 * by a class down the rows, Home and End by a class along the columns. Null for a key that leads nowhere.
 */
export function cellAfterKey(
  { key, shiftKey }: CellKey,
  cell: RdmCell | null,
  matrices: readonly Matrix[],
  labels: readonly number[],
): RdmCell | null {
  const from = cell ?? { matrix: 0, row: 0, column: 0 };
  const images = matrices[from.matrix]?.images ?? 0;
  const columns = new Set(matrices.map(({ layer }) => layer)).size;
  const [down, across] = ARROWS[key] ?? [0, 0];
  if (down !== 0 || across !== 0) {
    if (cell === null) {
      return from;
    }
    if (!shiftKey) {
      return { ...from, row: within(from.row + down, images), column: within(from.column + across, images) };
    }
    const place = (from.matrix % columns) + across;
    const next = from.matrix + across + down * columns;
    return { ...from, matrix: place < 0 || place >= columns || matrices[next] === undefined ? from.matrix : next };
  }
  switch (key) {
    case "PageDown":
    case "PageUp":
      return { ...from, row: classStep(labels, from.row, key === "PageDown") };
    case "End":
    case "Home":
      return { ...from, column: classStep(labels, from.column, key === "End") };
    default:
      return null;
  }
}

function within(place: number, images: number): number {
  return Math.min(Math.max(place, 0), images - 1);
}
