import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";

import { comparisonFigures, type FigureSource } from "../../api/figures";
import { comparisonQuery } from "../../api/queries";
import type { Comparison, ComparisonFigureName, ComparisonRequest } from "../../api/types";

/** Comparisons that are likely to be asked for next, computed before they are. */
export function useNeighbours(
  experimentId: string,
  requests: readonly ComparisonRequest[],
  runs: readonly string[],
): NonNullable<FigureSource<ComparisonFigureName>["next"]> {
  const found = useQueries({
    queries: requests.map((request) => comparisonQuery(experimentId, request, runs)),
    combine: (results) => results.flatMap(({ data }) => (data?.state === "completed" ? [data] : [])),
  });
  return useMemo(
    () => found.map((comparison) => ({ source: comparisonFigures(comparison), figures: readyFigures(comparison) })),
    [found],
  );
}

/** Figures that can be read now; to ask for another would be answered by an error. */
function readyFigures({ figures, pending = [] }: Comparison): ComparisonFigureName[] {
  return figures.filter((name) => !pending.includes(name));
}
