import type { Table } from "../../../api/types";
import { formatCell } from "../../../lib/format";
import type { PlotlyTrace, PointEvent } from "../../../figures/chart/plotly";
import type { DrawnAxis } from "../../../figures/chart/useChart";

/** A cell of a heatmap, by the names of its row and column. */
export interface Cell {
  row: string;
  column: string;
}

/** Where a cell lies, in pixels of its figure. */
interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What one panel has in a cell. */
interface LinkedValue {
  name: string;
  value: string;
}

/** The cell that the pointer is on, as plotly.js tells it. */
export function hoveredCell(event: PointEvent | undefined): Cell | null {
  const point = event?.points?.[0];
  return typeof point?.x === "string" && typeof point.y === "string" ? { row: point.y, column: point.x } : null;
}

/** What is asked of an axis. */
export type AxisPlaces = Pick<DrawnAxis, "offset" | "along">;

function span(axis: AxisPlaces, place: number): [number, number] {
  const ends = [axis.along(place - 0.5), axis.along(place + 0.5)];
  const start = Math.min(...ends);
  return [axis.offset + start, Math.max(...ends) - start];
}

/** Where a cell lies in every heatmap of a figure. */
export function cellBoxes(
  traces: readonly PlotlyTrace[],
  cell: Cell,
  axisOf: (name: string) => AxisPlaces | null,
): Box[] {
  return traces.flatMap((trace) => {
    const { type, x, y, xaxis, yaxis } = trace;
    const column = Array.isArray(x) ? x.indexOf(cell.column) : -1;
    const row = Array.isArray(y) ? y.indexOf(cell.row) : -1;
    const across = axisOf(typeof xaxis === "string" ? xaxis : "x");
    const down = axisOf(typeof yaxis === "string" ? yaxis : "y");
    if (type !== "heatmap" || column < 0 || row < 0 || across === null || down === null) {
      return [];
    }
    const [left, width] = span(across, column);
    const [top, height] = span(down, row);
    return [{ left, top, width, height }];
  });
}

/** The values of one cell in every panel, from the table beside the figure. */
export function linkedValues(table: Table, cell: Cell): LinkedValue[] {
  const layer = table.columns.indexOf("Layer");
  const value = table.columns.findIndex((name, at) => at > layer && name.slice(name.indexOf(" ") + 1) === cell.column);
  if (layer < 0 || value < 0) {
    return [];
  }
  return table.rows
    .filter((row) => row[layer] === cell.row)
    .map((row) => ({
      name: row.slice(0, layer).join(", "),
      value: formatCell(row[value], table.formats[value] ?? "text"),
    }));
}
