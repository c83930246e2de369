import { isRecord } from "../../lib/record";
import type { PlotlyLayout } from "./plotly";

/** A line across one panel of a figure, in pixels from the figure's top left corner. */
export interface Crosshair {
  left: number;
  top: number;
  height: number;
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function pair(value: unknown): readonly [number, number] | null {
  return Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "number"
    ? [value[0], value[1]]
    : null;
}

function pixels(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** What the x axes of a figure count, where it shares a hover with other figures; null where it does not. */
export function sharedAxis(layout: PlotlyLayout): string | null {
  const x = record(layout["meta"])["x"];
  return typeof x === "string" ? x : null;
}

/** Where `x` lies in every panel of a figure `width` pixels wide; in none of those that do not reach it. */
export function crosshairs(layout: PlotlyLayout, width: number, x: number): Crosshair[] {
  const margin = record(layout["margin"]);
  const across = width - pixels(margin["l"]) - pixels(margin["r"]);
  const down = pixels(layout["height"]) - pixels(margin["t"]) - pixels(margin["b"]);
  return Object.keys(layout)
    .filter((name) => /^xaxis\d*$/.test(name))
    .flatMap((name) => {
      const axis = record(layout[name]);
      const range = pair(axis["range"]);
      if (range === null || x < Math.min(...range) || x > Math.max(...range)) {
        return [];
      }
      const [start, end] = pair(axis["domain"]) ?? [0, 1];
      const [bottom, top] = pair(record(layout[name.replace("x", "y")])["domain"]) ?? [0, 1];
      const share = (x - range[0]) / (range[1] - range[0]);
      return {
        left: pixels(margin["l"]) + (start + share * (end - start)) * across,
        top: pixels(margin["t"]) + (1 - top) * down,
        height: (top - bottom) * down,
      };
    });
}
