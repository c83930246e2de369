import { useSearchParams } from "react-router";

import type { Panel } from "../../api/types";
import { currentParams } from "../../lib/address";
import { readArrangement, writeArrangement, type Arrangement } from "./arrangement";

/** The arrangement of panels that the address holds, and a way to change it. */
export function useArrangement(panels: readonly Panel[]): [Arrangement, (next: Arrangement) => void] {
  const [params, setParams] = useSearchParams();
  return [
    readArrangement(params, panels),
    (next) => setParams(writeArrangement(next, currentParams()), { preventScrollReset: true }),
  ];
}
