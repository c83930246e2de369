import { useResult } from "../../../figures/queries";
import { FigureCard } from "../../../figures/FigureCard";
import { ResultTable } from "../result/ResultTable";
import type { PanelProps } from "./panel";

/** How well each rule does, how like the reference, at what cost, and how plausible: one table. */
export function ResultPanel({ comparison, source }: PanelProps) {
  const { data, error, refetch } = useResult(source);
  return (
    <FigureCard
      name="result"
      source={source}
      fileName={comparison.title}
      instead={<ResultTable table={data} error={error} onRetry={() => void refetch()} />}
    />
  );
}
