import { useIsFetching, useQueries, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { prefetchSameFigures } from "../../figures/queries";
import { keys } from "../../api/keys";
import { comparisonQuery } from "../../api/queries";
import type { ComparisonRequest } from "../../api/types";
import { whenIdle } from "../../ui/hooks/idle";

/** Has comparisons computed that are likely to be asked for next, and reads the figures that are shown. */
export function useNeighbours(
  experimentId: string,
  requests: readonly ComparisonRequest[],
  runs: readonly string[],
): void {
  const queryClient = useQueryClient();
  const computed = useQueries({
    queries: requests.map((request) => comparisonQuery(experimentId, request, runs)),
    combine: (results) => results.flatMap(({ data }) => (data?.state === "completed" ? [data] : [])),
  });
  // The service would draw theirs while the reader waits for those of this epoch.
  const reading = useIsFetching({ queryKey: keys.anyComparisonFigures, type: "active" }) > 0;
  useEffect(
    () =>
      reading
        ? undefined
        : whenIdle(() => {
            for (const comparison of computed) {
              prefetchSameFigures(queryClient, comparison);
            }
          }),
    [queryClient, computed, reading],
  );
}
