import { useEffect, useRef } from "react";

import { crosshairs, sharedAxis } from "./crosshair";
import { followPointer } from "./hoverLink";
import type { PlotlyLayout } from "./plotly";
import classes from "./PlotlyChart.module.css";

/** A line in every panel where the reader points in any figure of the page. It is drawn without rendering anew. */
export function LinkedCrosshair({ layoutShown }: { layoutShown: () => PlotlyLayout }) {
  const layer = useRef<HTMLDivElement>(null);

  useEffect(
    () =>
      followPointer((place) => {
        const target = layer.current;
        if (target === null) {
          return;
        }
        const layout = layoutShown();
        const lines =
          place === null || place.axis !== sharedAxis(layout) ? [] : crosshairs(layout, target.clientWidth, place.x);
        target.replaceChildren(
          ...lines.map(({ left, top, height }) => {
            const line = document.createElement("div");
            line.className = classes["crosshair"] ?? "";
            line.style.cssText = `transform: translate(${left}px, ${top}px); height: ${height}px`;
            return line;
          }),
        );
      }),
    [layoutShown],
  );

  return <div ref={layer} className={classes["crosshairs"]} aria-hidden />;
}
