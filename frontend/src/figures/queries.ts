import { keepPreviousData, queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";

import type { CurveView } from "./curveView";
import type { Theme } from "../lib/useTheme";

import { body, client } from "../api/client";
import { keys } from "../api/keys";
import {
  CURVE_NAMES,
  type AnswerName,
  type Choice,
  type Comparison,
  type ComparisonFigureName,
  type CurveName,
  type Figure,
  type FigureName,
  type FigureWidth,
  type PaperFigureName,
  type PaperView,
  type MapDimensions,
  type Matrices,
  type Probe,
  type ResultTable,
} from "../api/types";

/** Where figures come from: a live experiment, a comparison or a shared link. */
export interface FigureSource<Name extends FigureName> {
  /** Where a figure is kept; figures that are the same for several sources are kept once. */
  key(name: Name): readonly string[];
  /** What is computed stays as it is; what is being trained does not. */
  settled: boolean;
  /** `curves` says how a figure of curves is drawn. */
  fetch(name: Name, theme: Theme, width: FigureWidth, curves?: CurveView): Promise<Figure>;
  csvHref(name: Name): string;
}

/** What a frozen comparison can be drawn as without computing anything. */
export interface Redraw {
  mapDimensions: MapDimensions;
  matrices: Matrices;
  /** Whose layer similarities there are to choose from. */
  choices: readonly Choice[];
  onChange(changes: { mapDimensions?: MapDimensions; matrices?: Matrices }): void;
}

/** Where a comparison's figures come from, its result table, and the pictures that they are about. */
export interface ComparisonSource extends FigureSource<ComparisonFigureName> {
  fetchResult(): Promise<ResultTable>;
  fetchProbe(): Promise<Probe>;
  /** The address of a sheet of pictures. */
  sheetHref(sheet: string): string;
  /** Of a shared comparison, which has no workspace. */
  redraw?: Redraw;
}

export function experimentFigures(id: string): FigureSource<CurveName> {
  return {
    key: () => keys.curves(id),
    settled: false,
    fetch: (name, theme, width, curves) =>
      body(
        client.GET("/api/experiments/{experiment_id}/figures/{name}", {
          params: { path: { experiment_id: id, name }, query: { theme, width, ...curves } },
        }),
      ),
    csvHref: (name) => `/api/experiments/${encodeURIComponent(id)}/figures/${name}.csv`,
  };
}

/** Figures that show the whole of training, whichever epoch is compared. */
const OF_ALL_EPOCHS: readonly FigureName[] = [...CURVE_NAMES, "accuracy"];

export function comparisonFigures({
  id,
  runs,
  pending = [],
}: Pick<Comparison, "id" | "runs" | "pending">): ComparisonSource {
  const ofRuns = keys.runFigures(runs.map((run) => `${run.id} ${run.rule}`));
  const ofComparison = keys.comparisonFigures(id);
  // What is shown before a part of it is computed is kept apart from what there is then.
  const inPart = [...ofComparison, "in part"] as const;
  return {
    key: (name) => (OF_ALL_EPOCHS.includes(name) ? ofRuns : pending.includes(name) ? inPart : ofComparison),
    settled: true,
    fetch: (name, theme, width, curves) =>
      body(
        client.GET("/api/comparisons/{comparison_id}/figures/{name}", {
          params: { path: { comparison_id: id, name }, query: { theme, width, ...curves } },
        }),
      ),
    csvHref: (name) => `/api/comparisons/${encodeURIComponent(id)}/figures/${name}.csv`,
    fetchResult: () =>
      body(client.GET("/api/comparisons/{comparison_id}/result", { params: { path: { comparison_id: id } } })),
    fetchProbe: () =>
      body(client.GET("/api/comparisons/{comparison_id}/probe", { params: { path: { comparison_id: id } } })),
    sheetHref: (sheet) => `/api/comparisons/${encodeURIComponent(id)}/probe/${sheet}.png`,
  };
}

export function paperFigures(view: PaperView): FigureSource<PaperFigureName> {
  const { experiment_id, exemplar_class, stamp } = view;
  const query = exemplar_class === null ? {} : { exemplar_class };
  return {
    key: () => keys.paperFigures(experiment_id, `${stamp} ${exemplar_class}`),
    settled: true,
    fetch: (name, theme, width) =>
      body(
        client.GET("/api/experiments/{experiment_id}/paper/figures/{name}", {
          params: { path: { experiment_id, name }, query: { theme, width, ...query } },
        }),
      ),
    csvHref: (name) => paperCsv(view, `figures/${name}`),
  };
}

export function answerFigures(id: string): FigureSource<AnswerName> {
  return {
    key: () => keys.answerFigures(id),
    settled: true,
    fetch: (name, theme, width) =>
      body(
        client.GET("/api/answers/{analysis_id}/figures/{name}", {
          params: { path: { analysis_id: id, name }, query: { theme, width } },
        }),
      ),
    csvHref: (name) => `/api/answers/${id}/figures/${name}.csv`,
  };
}

/** The address of a figure or table of the Paper view as CSV. */
export function paperCsv({ experiment_id, exemplar_class }: PaperView, what: string): string {
  const query = exemplar_class === null ? "" : `?exemplar_class=${exemplar_class}`;
  return `/api/experiments/${encodeURIComponent(experiment_id)}/paper/${what}.csv${query}`;
}

function isSimilarity(name: ComparisonFigureName): boolean {
  return name === "layer-similarity";
}

export function sharedFigures(token: string, redraw: Redraw): ComparisonSource {
  const { mapDimensions, matrices } = redraw;
  const chosen = (name: ComparisonFigureName) => ({
    ...(name === "geometry-map" && { map_dimensions: mapDimensions }),
    ...(isSimilarity(name) && { matrices }),
  });
  return {
    key: (name) => [...keys.sharedFigures(token), JSON.stringify(chosen(name))],
    settled: true,
    redraw,
    fetch: (name, theme, width, curves) =>
      body(
        client.GET("/api/shared/{token}/figures/{name}", {
          params: { path: { token, name }, query: { theme, width, ...curves, ...chosen(name) } },
        }),
      ),
    csvHref: (name) =>
      `/api/shared/${encodeURIComponent(token)}/figures/${name}.csv${isSimilarity(name) ? `?matrices=${matrices}` : ""}`,
    fetchResult: () => body(client.GET("/api/shared/{token}/result", { params: { path: { token } } })),
    fetchProbe: () => body(client.GET("/api/shared/{token}/probe", { params: { path: { token } } })),
    sheetHref: (sheet) => `/api/shared/${encodeURIComponent(token)}/probe/${sheet}.png`,
  };
}

/** What reads a figure for a theme and width; `curves` only for figures of curves. */
function figureQuery<Name extends FigureName>(
  source: FigureSource<Name>,
  name: Name,
  theme: Theme,
  width: FigureWidth | null,
  curves?: CurveView,
) {
  return queryOptions({
    queryKey: [...source.key(name), name, theme, width, curves],
    queryFn: () => source.fetch(name, theme, width ?? "wide", curves),
    structuralSharing: false,
    ...(source.settled ? { staleTime: Infinity } : {}),
  });
}

/**
 * A figure for a theme and width; the one before stays on the page until the new one is there.
 * One that is `waiting` is read once, and again only when it no longer waits.
 */
export function useFigure<Name extends FigureName>(
  source: FigureSource<Name>,
  name: Name,
  theme: Theme,
  width: FigureWidth | null,
  curves?: CurveView,
  waiting = false,
) {
  return useQuery({
    ...figureQuery(source, name, theme, width, curves),
    enabled: ({ state }) => width !== null && !(waiting && state.data !== undefined),
    placeholderData: keepPreviousData,
  });
}

/** Reads of another comparison the figures that the page shows now, whichever they are of. */
export function prefetchSameFigures(queryClient: QueryClient, other: Comparison): void {
  const source = comparisonFigures(other);
  const onPage = queryClient.getQueryCache().findAll({ queryKey: keys.anyComparisonFigures, type: "active" });
  for (const { queryKey } of onPage) {
    const [name, theme, width, curves] = queryKey.slice(-4) as [
      ComparisonFigureName,
      Theme,
      FigureWidth | null,
      CurveView | undefined,
    ];
    if (queryKey.at(-1) === RESULT_TABLE) {
      void queryClient.prefetchQuery(resultQuery(source));
    } else if (width !== null && other.figures.includes(name) && !(other.pending ?? []).includes(name)) {
      void queryClient.prefetchQuery(figureQuery(source, name, theme, width, curves));
    }
  }
}

const RESULT_TABLE = "result-table";

function resultQuery(source: ComparisonSource) {
  return queryOptions({
    queryKey: [...source.key("result"), RESULT_TABLE],
    queryFn: () => source.fetchResult(),
    staleTime: Infinity,
  });
}

/** A comparison's result table; the one before stays until the new one is there. */
export function useResult(source: ComparisonSource) {
  return useQuery({ ...resultQuery(source), placeholderData: keepPreviousData });
}

/** The images of a comparison's probe; they never change. */
export function useProbe(source: ComparisonSource) {
  return useQuery({
    queryKey: [...source.key("rdms"), "probe"],
    queryFn: () => source.fetchProbe(),
    staleTime: Infinity,
  });
}
