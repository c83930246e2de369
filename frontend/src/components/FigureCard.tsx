import { Loader } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useState, type ReactNode } from "react";

import { useFigure, type FigureSource } from "../api/figures";
import type { FigureName } from "../api/types";
import { FIGURE_TITLES } from "../lib/figureTitles";
import { figureWidth } from "../lib/figureWidth";
import { hasTraces, type FigureFormat } from "../lib/plotly";
import { saveFigure } from "../lib/saveFigure";
import { useTheme } from "../lib/useTheme";
import { Card } from "./Card";
import { DataTable } from "./DataTable";
import { ErrorAlert } from "./ErrorAlert";
import { FigureActions } from "./FigureActions";
import classes from "./FigureCard.module.css";
import { PlotlyChart } from "./PlotlyChart";

interface FigureCardProps<Name extends FigureName> {
  name: Name;
  source: FigureSource<Name>;
  /** Begins the name of a saved file. */
  fileName: string;
  /** Why this figure cannot be drawn here. */
  unavailable?: string | undefined;
  /** Its numbers are still being computed. */
  pending?: boolean | undefined;
  /** What decides what this figure alone shows. */
  controls?: ReactNode;
}

/** A figure with its title, how to read it, its numbers and its downloads. */
export function FigureCard<Name extends FigureName>({
  name,
  source,
  fileName,
  unavailable,
  pending = false,
  controls,
}: FigureCardProps<Name>) {
  const theme = useTheme();
  const { ref, width } = useElementSize<HTMLElement>();
  const size = figureWidth(width);
  const shown = unavailable === undefined && !pending;
  const { data: figure, error, refetch } = useFigure(source, name, theme, shown ? size : null);
  const [drawn, setDrawn] = useState(false);
  const [drawingFailed, setDrawingFailed] = useState(false);
  const [savingFailed, setSavingFailed] = useState<string | null>(null);
  const [tableShown, setTableShown] = useState(false);

  const title = figure?.title ?? FIGURE_TITLES[name];
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
      setSavingFailed(`The ${format.toUpperCase()} could not be made${why}. The other formats may still work.`);
    }
  };

  return (
    <Card
      ref={ref}
      title={title}
      caption={figure?.caption}
      data-figure={name}
      data-ready={shown ? drawn : undefined}
      actions={
        figure && (
          <FigureActions
            tableShown={tableShown}
            onToggleTable={() => setTableShown(!tableShown)}
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
          <Loader size="sm" type="dots" aria-label={`${title} is being ${pending ? "computed" : "drawn"}`} />
        </div>
      )}
      {figure !== undefined && !hasTraces(figure) && <p className={classes["note"]}>No values to draw yet.</p>}
      {drawingFailed && (
        <p className={classes["note"]}>
          The figure could not be drawn; its table and CSV have the numbers. Reload the page to try again.
        </p>
      )}
      {drawable && (
        <PlotlyChart
          key={size}
          figure={figure}
          onReady={() => setDrawn(true)}
          onFailure={() => setDrawingFailed(true)}
        />
      )}
      <div role="status">{savingFailed !== null && <p className={classes["note"]}>{savingFailed}</p>}</div>
      {figure !== undefined && tableShown && <DataTable table={figure.table} title={title} />}
    </Card>
  );
}
