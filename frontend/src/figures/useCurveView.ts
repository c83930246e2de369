import { useSearchParams } from "react-router";

import { currentParams } from "../lib/address";
import { readCurveView, withCurveView, type CurveView } from "./curveView";

/** How the address says that curves are drawn, and a way to change it. */
export function useCurveView(): [CurveView, (changes: Partial<CurveView>) => void] {
  const [params, setParams] = useSearchParams();
  const view = readCurveView(params);
  return [
    view,
    (changes) => {
      const old = currentParams();
      setParams(withCurveView(old, { ...readCurveView(old), ...changes }), { preventScrollReset: true });
    },
  ];
}
