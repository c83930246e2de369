import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { body, client } from "./client";
import { keys } from "./keys";
import type { ComparisonFigureName, CurveName, Figure, FigureName, FigureWidth, Theme } from "./types";

/** Where figures come from: a live experiment, a comparison or a shared link. */
export interface FigureSource<Name extends FigureName> {
  key: readonly string[];
  fetch(name: Name, theme: Theme, width: FigureWidth): Promise<Figure>;
  csvHref(name: Name): string;
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

export function comparisonFigures(id: string): FigureSource<ComparisonFigureName> {
  return {
    key: keys.comparisonFigures(id),
    fetch: (name, theme, width) =>
      body(
        client.GET("/api/comparisons/{comparison_id}/figures/{name}", {
          params: { path: { comparison_id: id, name }, query: { theme, width } },
        }),
      ),
    csvHref: (name) => `/api/comparisons/${encodeURIComponent(id)}/figures/${name}.csv`,
  };
}

export function sharedFigures(token: string): FigureSource<ComparisonFigureName> {
  return {
    key: keys.sharedFigures(token),
    fetch: (name, theme, width) =>
      body(
        client.GET("/api/shared/{token}/figures/{name}", {
          params: { path: { token, name }, query: { theme, width } },
        }),
      ),
    csvHref: (name) => `/api/shared/${encodeURIComponent(token)}/figures/${name}.csv`,
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
