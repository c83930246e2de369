import { useSearchParams } from "react-router";

import { currentParams } from "../../lib/address";
import { readArrangement, writeArrangement, type Arrangement } from "./arrangement";

/** The arrangement of panels that the address holds, and a way to change it. */
export function useArrangement(): [Arrangement, (next: Arrangement) => void] {
  const [params, setParams] = useSearchParams();
  return [
    readArrangement(params),
    (next) => setParams(writeArrangement(next, currentParams()), { preventScrollReset: true }),
  ];
}
