import { Loader } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useMemo, useRef, useState, type ReactNode } from "react";

import { useFigure, type FigureSource } from "./queries";
import type { Figure, FigureName } from "../api/types";
import type { CurveView } from "./curveView";
import { figureWidth } from "./figureWidth";
import { emptyText } from "./alignment";
import { hasTraces, type DrawnChart, type FigureFormat } from "./chart/plotly";
import { saveFigure } from "./export/saveFigure";
import { useInSight } from "../ui/hooks/useInSight";
import { useTheme } from "../lib/useTheme";
import { Card } from "../ui/Card";
import { DataTable } from "../ui/DataTable";
import { ErrorAlert } from "../ui/feedback/ErrorAlert";
import { FigureActions } from "./export/FigureActions";
import classes from "./FigureCard.module.css";
import { PlotlyChart } from "./chart/PlotlyChart";

interface FigureCardProps<Name extends FigureName> {
  name: Name;
  source: FigureSource<Name>;
  /** What it is called before it says so itself. */
  called: string;
  /** Begins the name of a saved file. */
  fileName: string;
  /** Why this figure cannot be drawn here. */
  unavailable?: string | undefined;
  /** Its numbers are still being computed. */
  pending?: boolean | undefined;
  /** What decides what this figure alone shows. */
  controls?: ReactNode;
  /** How a figure of curves is drawn. */
  curves?: CurveView | undefined;
  /** The figure as it is drawn now, where that is a part of it. */
  drawnAs?: ((figure: Figure) => Figure) | undefined;
  /** What stands in the drawing's place; the drawing is still what is downloaded. */
  instead?: ReactNode;
  /** What lies over the drawn figure, placed from its top left corner, and what follows below it. */
  children?: (chart: DrawnChart) => ReactNode;
}

/** A figure with its title, how to read it, its numbers and its downloads. */
export function FigureCard<Name extends FigureName>({
  name,
  source,
  called,
  fileName,
  unavailable,
  pending = false,
  controls,
  curves,
  drawnAs,
  instead,
  children,
}: FigureCardProps<Name>) {
  const theme = useTheme();
  const { ref, width } = useElementSize<HTMLElement>();
  const card = useRef<HTMLElement>(null);
  const inSight = useInSight(card);
  const size = figureWidth(width);
  const shown = unavailable === undefined && !pending;
  const {
    data: figure,
    error,
    refetch,
  } = useFigure(
    source,
    name,
    theme,
    shown ? size : null,
    curves,
    // What changes all the time is kept up to date only where it is seen.
    !source.settled && !inSight,
  );
  const [chart, setChart] = useState<DrawnChart | null>(null);
  const drawing = useMemo(() => figure && drawnAs?.(figure), [figure, drawnAs]);
  const [drawingFailed, setDrawingFailed] = useState(false);
  const [savingFailed, setSavingFailed] = useState<string | null>(null);
  const [tableShown, setTableShown] = useState(false);

  const title = figure?.title ?? called;
  const drawable = figure !== undefined && hasTraces(figure) && !drawingFailed;

  const save = async (format: FigureFormat) => {
    if (figure === undefined) {
      return;
    }
    const background = getComputedStyle(document.documentElement).getPropertyValue("--atlas-surface").trim();
    setSavingFailed(null);
    try {
      await saveFigure(figure, { format, name: fileName, width, background });
    } catch (problem) {
      const why = problem instanceof Error ? ` (${problem.message})` : "";
      setSavingFailed(`The ${format.toUpperCase()} could not be created${why}. Other formats may still work.`);
    }
  };

  return (
    <Card
      ref={useMergedRef(ref, card)}
      title={title}
      caption={figure?.caption}
      data-figure={name}
      data-ready={shown ? chart !== null || (instead !== undefined && figure !== undefined) : undefined}
      actions={
        figure && (
          <FigureActions
            {...(instead === undefined ? { tableShown, onToggleTable: () => setTableShown(!tableShown) } : {})}
            csvHref={source.csvHref(name)}
            {...(drawable ? { onSave: (format: FigureFormat) => void save(format) } : {})}
          />
        )
      }
    >
      {unavailable !== undefined && <p className={classes["note"]}>{unavailable}</p>}
      {shown && error !== null && figure === undefined && <ErrorAlert error={error} onRetry={() => void refetch()} />}
      {controls}
      {unavailable === undefined && (pending || error === null) && figure === undefined && (
        <div className={classes["waiting"]}>
          <Loader size="sm" type="dots" role="img" aria-label={`${title} is being ${pending ? "computed" : "drawn"}`} />
        </div>
      )}
      {unavailable === undefined && pending && figure !== undefined && (
        <p className={classes["coming"]} role="status">
          <Loader size="xs" aria-hidden /> Computing the new selection; the previous figure is shown until it is ready.
        </p>
      )}
      {instead}
      {figure !== undefined && !hasTraces(figure) && <p className={classes["note"]}>{emptyText(name)}</p>}
      {drawingFailed && (
        <p className={classes["note"]}>
          The figure could not be drawn; its table and CSV contain the numbers. Reload the page to try again.
        </p>
      )}
      {drawable && instead === undefined && (
        <div className={classes["stage"]} data-outdated={pending || undefined}>
          <PlotlyChart
            key={size}
            figure={drawing ?? figure}
            liveLook={source.settled ? undefined : JSON.stringify([theme, curves])}
            onReady={(element) => setChart({ figure, element })}
            onFailure={() => setDrawingFailed(true)}
          />
          {chart !== null && children?.(chart)}
        </div>
      )}
      <div role="status">{savingFailed !== null && <p className={classes["note"]}>{savingFailed}</p>}</div>
      {figure !== undefined && tableShown && <DataTable table={figure.table} title={title} />}
    </Card>
  );
}
