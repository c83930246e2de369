import {
  IconCircle,
  IconCircleDashed,
  IconCircleFilled,
  IconCircleHalf2,
  IconLock,
  IconRefresh,
  type Icon,
} from "@tabler/icons-react";

import type { ResultCell as Cell } from "../../../api/types";
import classes from "./ResultTable.module.css";

/** A full, half or empty circle for how much a rule takes from the weights, dashed where it learns it. */
const ICONS: Record<NonNullable<Cell["icon"]>, Icon> = {
  full: IconCircleFilled,
  part: IconCircleHalf2,
  learned: IconCircleDashed,
  none: IconCircle,
  moving: IconRefresh,
  fixed: IconLock,
};

/** What a cell of the result table says. */
export function ResultCell({ cell }: { cell: Cell }) {
  const Icon = cell.icon === null ? null : ICONS[cell.icon];
  return (
    <span className={classes["cell"]}>
      {Icon && <Icon size={13} stroke={2} aria-hidden className={classes["icon"]} />}
      <span data-missing={cell.value === null || undefined}>
        {cell.text}
        {cell.significant && <b aria-label="significant">∗</b>}
      </span>
      {cell.minor !== "" && <span className={classes["minor"]}>{cell.minor}</span>}
    </span>
  );
}
