import { ResultCard } from "../ResultCard";
import type { PanelProps } from "./panel";

/** How well each rule learned. */
export function ResultPanel({ comparison }: PanelProps) {
  return <ResultCard comparison={comparison} />;
}
