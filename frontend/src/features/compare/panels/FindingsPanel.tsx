import { FindingsCard } from "../FindingsCard";
import type { PanelProps } from "./panel";

/** What the numbers say. */
export function FindingsPanel({ comparison }: PanelProps) {
  return <FindingsCard comparison={comparison} />;
}
