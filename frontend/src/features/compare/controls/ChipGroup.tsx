import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./ChipGroup.module.css";

interface Chip<T> {
  value: T;
  label: string;
  mark?: ReactNode;
  pressed: boolean;
}

interface ChipGroupProps<T> {
  label: string;
  /** The label is for screen readers alone; what stands beside it says the same. */
  hidden?: boolean;
  chips: readonly Chip<T>[];
  onToggle: (value: T) => void;
}

/** Things that can be shown or left out, each by a press. */
export function ChipGroup<T extends string | number>({ label, hidden = false, chips, onToggle }: ChipGroupProps<T>) {
  return (
    <div className={classes["group"]} role="group" aria-label={label}>
      {!hidden && (
        <span className={classes["label"]} aria-hidden>
          {label}
        </span>
      )}
      <div className={classes["chips"]}>
        {chips.map((chip) => (
          <UnstyledButton
            key={chip.value}
            className={classes["chip"]}
            aria-pressed={chip.pressed}
            onClick={() => onToggle(chip.value)}
          >
            {chip.mark}
            {chip.label}
          </UnstyledButton>
        ))}
      </div>
    </div>
  );
}
