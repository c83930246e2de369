import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { comparisonQuery } from "../../api/queries";
import type { Catalog, Comparison, Run } from "../../api/types";
import { toRequest, type CompareView } from "./compareView";

// While a slider moves over epochs that are not computed, none of them is asked for.
const SETTLED_MS = 250;

/** The comparison that a view asks for, and the last one that can be shown. */
export function useComparison(
  experimentId: string,
  view: CompareView,
  runs: readonly Run[],
  catalog: Catalog,
  enabled: boolean,
) {
  const queryClient = useQueryClient();
  const [settled] = useDebouncedValue(view.epoch, SETTLED_MS);
  const ids = runs.map((run) => run.id);
  const requestOf = (epoch: CompareView["epoch"]) => (enabled ? toRequest({ ...view, epoch }, runs, catalog) : null);
  const queryOf = (epoch: CompareView["epoch"]) => comparisonQuery(experimentId, requestOf(epoch), ids);
  const isComputed = queryClient.getQueryData<Comparison>(queryOf(view.epoch).queryKey)?.state === "completed";
  const epoch = isComputed ? view.epoch : settled;
  const { data, error } = useQuery(queryOf(epoch));

  const [shown, setShown] = useState<Comparison | null>(null);
  if (data?.state === "completed" && data !== shown) {
    setShown(data);
  }
  return {
    request: requestOf(epoch),
    comparison: data,
    error,
    shown,
    /** Asks for it anew: what failed or was cancelled is computed again. */
    askAgain: () => void queryClient.resetQueries({ queryKey: queryOf(epoch).queryKey, exact: true }),
  };
}
