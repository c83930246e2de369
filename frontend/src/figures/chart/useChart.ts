import { useEffect, useEffectEvent, useState } from "react";

import { isRecord } from "../../lib/record";
import type { PlotlyElement, PointEvent, PointEventName } from "./plotly";

/** An axis as it is drawn, in pixels from the figure's left or top. */
export interface DrawnAxis {
  offset: number;
  length: number;
  /** How far along the axis a value lies, past its ends too. */
  along(value: number): number;
  /** Where a value lies; null where the reader has zoomed past it. */
  place(value: number): number | null;
}

/** Listens to what plotly.js tells of a figure, for as long as the component stands. */
export function useChartEvent(
  element: PlotlyElement,
  name: PointEventName,
  listener: (event: PointEvent | undefined) => void,
): void {
  const heard = useEffectEvent(listener);
  useEffect(() => {
    const listen = (event: PointEvent | undefined) => heard(event);
    element.on?.(name, listen);
    return () => element.removeListener?.(name, listen);
  }, [element, name]);
}

/** The axes as they are drawn now: read again after each drawing, while zooming too. */
export function useDrawnAxes(element: PlotlyElement): (name: string) => DrawnAxis | null {
  const [, setCount] = useState(0);
  const changed = () => setCount((count) => count + 1);
  useChartEvent(element, "plotly_afterplot", changed);
  useChartEvent(element, "plotly_relayouting", changed);
  return (name) => drawnAxis(element, name);
}

/** What plotly.js keeps of a drawn figure has no public name. */
function drawnAxis(element: PlotlyElement, name: string): DrawnAxis | null {
  const layout: unknown = Reflect.get(element, "_fullLayout");
  const axis: unknown = isRecord(layout) ? layout[`${name.charAt(0)}axis${name.slice(1)}`] : null;
  if (!isRecord(axis)) {
    return null;
  }
  const { _offset: offset, _length: length, l2p } = axis;
  if (typeof offset !== "number" || typeof length !== "number" || typeof l2p !== "function") {
    return null;
  }
  return {
    offset,
    length,
    along: (value) => Number(l2p(value)),
    place: (value) => {
      const along = Number(l2p(value));
      return along >= 0 && along <= length ? offset + along : null;
    },
  };
}
