import type { PlotlyLayout } from "./plotly";

/** Ranges that the reader chose, by axis name such as `xaxis2`. */
type Zoom = ReadonlyMap<string, readonly [unknown, unknown]>;

export const NO_ZOOM: Zoom = new Map();

function rangeOf(layout: PlotlyLayout, axis: string): readonly [unknown, unknown] | null {
  const value = layout[axis];
  if (typeof value !== "object" || value === null || !("range" in value) || !Array.isArray(value.range)) {
    return null;
  }
  return [value.range[0], value.range[1]];
}

/**
 * The zoom after plotly.js reported a change of the layout. `layout` is the figure's own: an axis
 * that is back at its own range, or left to plotly.js, is no longer zoomed.
 */
export function afterRelayout(zoom: Zoom, changes: Record<string, unknown>, layout: PlotlyLayout): Zoom {
  const next = new Map(zoom);
  for (const [key, value] of Object.entries(changes)) {
    const match = /^([xy]axis\d*)\.(autorange|range\[0\]|range)$/.exec(key);
    const axis = match?.[1];
    if (axis === undefined) {
      continue;
    }
    if (match?.[2] === "autorange") {
      next.delete(axis);
    } else {
      next.set(axis, Array.isArray(value) ? [value[0], value[1]] : [value, changes[`${axis}.range[1]`]]);
    }
    const chosen = next.get(axis);
    const own = rangeOf(layout, axis);
    if (chosen && own && chosen[0] === own[0] && chosen[1] === own[1]) {
      next.delete(axis);
    }
  }
  return next;
}

/**
 * A layout with the reader's ranges in place of its own. The `uirevision` of plotly.js does not do
 * this for figures that grow: it gives a zoom up when the figure's own range has changed.
 */
export function withZoom(layout: PlotlyLayout, zoom: Zoom): PlotlyLayout {
  const zoomed = { ...layout };
  for (const [axis, range] of zoom) {
    const own = layout[axis];
    if (typeof own === "object" && own !== null) {
      zoomed[axis] = { ...own, range: [...range], autorange: false };
    }
  }
  return zoomed;
}
