import { useState } from "react";

import { cellBoxes, hoveredCell, linkedValues, type Cell } from "./linkedCells";
import { tracesIn, type DrawnChart } from "../../../figures/chart/plotly";
import { useChartEvent, useDrawnAxes } from "../../../figures/chart/useChart";
import classes from "./LinkedCells.module.css";

/** The cell that the pointer is on, outlined in every heatmap, with what each of them has there. */
export function LinkedCells({ chart }: { chart: DrawnChart }) {
  const { figure, element } = chart;
  const [cell, setCell] = useState<Cell | null>(null);
  const axisOf = useDrawnAxes(element);
  useChartEvent(element, "plotly_hover", (event) => setCell(hoveredCell(event)));
  useChartEvent(element, "plotly_unhover", () => setCell(null));
  const boxes = cell === null ? [] : cellBoxes(tracesIn(figure), cell, axisOf);
  return (
    <>
      {boxes.map(({ left, top, width, height }) => (
        <div
          key={`${left} ${top}`}
          className={classes["outline"]}
          style={{ transform: `translate(${left}px, ${top}px)`, width, height }}
          data-linked
          aria-hidden
        />
      ))}
      <p className={classes["values"]} data-testid="linked-values" aria-hidden>
        {cell === null ? (
          "Hover over a cell to compare it in all panels."
        ) : (
          <>
            <b>
              {cell.row} · {cell.column}
            </b>
            {linkedValues(figure.table, cell).map(({ name, value }) => (
              <span key={name}>
                {name} <b>{value}</b>
              </span>
            ))}
          </>
        )}
      </p>
    </>
  );
}
