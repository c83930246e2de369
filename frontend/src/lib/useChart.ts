import { useEffect, useEffectEvent, useState } from "react";

import type { DrawnAxis, PlotlyElement, PointEvent, PointEventName } from "./plotly";

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

function drawnAxis(element: PlotlyElement, name: string): DrawnAxis | null {
  const axis = element["_fullLayout"]?.[`${name.charAt(0)}axis${name.slice(1)}`];
  return typeof axis === "object" && axis !== null && "l2p" in axis && "_offset" in axis ? (axis as DrawnAxis) : null;
}
