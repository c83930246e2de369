import { useMemo } from "react";
import { useSearchParams } from "react-router";

import type { Redraw } from "../../figures/queries";
import type { SharedComparison } from "../../api/types";
import { currentParams } from "../../lib/address";
import { readRedraw, writeRedraw } from "../compare/redraw";

/** How a shared comparison is drawn: as it was shared, until its reader chooses; the address holds that. */
export function useRedraw({ comparison, matrices }: SharedComparison): Redraw {
  const [params, setParams] = useSearchParams();
  const chosen = readRedraw(params, comparison.request, matrices);
  return useMemo(
    () => ({
      mapDimensions: chosen.mapDimensions,
      matrices: chosen.matrices,
      choices: matrices,
      onChange: (changes) => setParams(writeRedraw(currentParams(), changes), { preventScrollReset: true }),
    }),
    [chosen.mapDimensions, chosen.matrices, matrices, setParams],
  );
}
