import type { RunState } from "../../api/types";
import { STATE_LABELS } from "../../api/runs";
import classes from "./StateBadge.module.css";

export function StateBadge({ state }: { state: RunState }) {
  return (
    <span className={classes["badge"]} data-state={state}>
      {STATE_LABELS[state]}
    </span>
  );
}
