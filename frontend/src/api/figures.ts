import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { body, client } from "./client";
import { keys } from "./keys";
import type { ComparisonFigureName, CurveName, Figure, FigureName, FigureWidth, Probe, Theme } from "./types";

/** Where figures come from: a live experiment, a comparison or a shared link. */
export interface FigureSource<Name extends FigureName> {
  key: readonly string[];
  fetch(name: Name, theme: Theme, width: FigureWidth): Promise<Figure>;
  csvHref(name: Name): string;
}

/** Where a comparison's figures come from, and the pictures of the images that they are about. */
export interface ComparisonSource extends FigureSource<ComparisonFigureName> {
  fetchProbe(): Promise<Probe>;
  /** The address of a sheet of pictures. */
  sheetHref(sheet: string): string;
}

export function experimentFigures(id: string): FigureSource<CurveName> {
  return {
    key: keys.curves(id),
    fetch: (name, theme, width) =>
      body(
        client.GET("/api/experiments/{experiment_id}/figures/{name}", {
          params: { path: { experiment_id: id, name }, query: { theme, width } },
        }),
      ),
    csvHref: (name) => `/api/experiments/${encodeURIComponent(id)}/figures/${name}.csv`,
  };
}

export function comparisonFigures(id: string): ComparisonSource {
  return {
    key: keys.comparisonFigures(id),
    fetch: (name, theme, width) =>
      body(
        client.GET("/api/comparisons/{comparison_id}/figures/{name}", {
          params: { path: { comparison_id: id, name }, query: { theme, width } },
        }),
      ),
    csvHref: (name) => `/api/comparisons/${encodeURIComponent(id)}/figures/${name}.csv`,
    fetchProbe: () =>
      body(client.GET("/api/comparisons/{comparison_id}/probe", { params: { path: { comparison_id: id } } })),
    sheetHref: (sheet) => `/api/comparisons/${encodeURIComponent(id)}/probe/${sheet}.png`,
  };
}

export function sharedFigures(token: string): ComparisonSource {
  return {
    key: keys.sharedFigures(token),
    fetch: (name, theme, width) =>
      body(
        client.GET("/api/shared/{token}/figures/{name}", {
          params: { path: { token, name }, query: { theme, width } },
        }),
      ),
    csvHref: (name) => `/api/shared/${encodeURIComponent(token)}/figures/${name}.csv`,
    fetchProbe: () => body(client.GET("/api/shared/{token}/probe", { params: { path: { token } } })),
    sheetHref: (sheet) => `/api/shared/${encodeURIComponent(token)}/probe/${sheet}.png`,
  };
}

/** A figure for a theme and width; the one before stays on the page until the new one is there. */
export function useFigure<Name extends FigureName>(
  source: FigureSource<Name>,
  name: Name,
  theme: Theme,
  width: FigureWidth | null,
) {
  return useQuery({
    queryKey: [...source.key, name, theme, width],
    queryFn: () => source.fetch(name, theme, width ?? "wide"),
    enabled: width !== null,
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
}

/** The images of a comparison's probe; they never change. */
export function useProbe(source: ComparisonSource) {
  return useQuery({
    queryKey: [...source.key, "probe"],
    queryFn: () => source.fetchProbe(),
    staleTime: Infinity,
  });
}
