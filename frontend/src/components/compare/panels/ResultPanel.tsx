import { useMemo } from "react";

import { useResult } from "../../../api/figures";
import { FigureCard } from "../../FigureCard";
import { ResultTable } from "../result/ResultTable";
import type { PanelProps } from "./panel";

/** How well each rule does, how like the reference, at what cost, and how plausible: one table. */
export function ResultPanel({ comparison, source }: PanelProps) {
  // Parts of it are computed later; what it had before them is kept apart from what it has then.
  const stage = comparison.pending?.includes("result") ? "partial" : "whole";
  const staged = useMemo(() => ({ ...source, key: (name: "result") => [...source.key(name), stage] }), [source, stage]);
  const { data, error, refetch } = useResult(staged);
  return (
    <FigureCard
      name="result"
      source={staged}
      fileName={comparison.title}
      instead={<ResultTable table={data} error={error} onRetry={() => void refetch()} />}
    />
  );
}
