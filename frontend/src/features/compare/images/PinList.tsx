import { CloseButton } from "@mantine/core";
import type { ReactNode } from "react";

import { MarkedImages } from "./MarkedImages";
import classes from "./PinList.module.css";

interface Pin {
  key: string;
  /** What it is called in words. */
  label: string;
  content: ReactNode;
}

interface PinListProps {
  label: string;
  pins: readonly Pin[];
  onRemove: (key: string) => void;
  onClear: () => void;
}

/** What the reader has pinned, numbered in the order of pinning. */
export function PinList({ label, pins, onRemove, onClear }: PinListProps) {
  if (pins.length === 0) {
    return null;
  }
  return (
    <MarkedImages label={label} title={label} clear="Remove all" onClear={onClear}>
      <ol className={classes["list"]}>
        {pins.map((pin, index) => (
          <li key={pin.key} className={classes["pin"]}>
            <span className={classes["number"]} aria-hidden>
              {index + 1}
            </span>
            {pin.content}
            <CloseButton size="sm" aria-label={`Unpin ${pin.label}`} onClick={() => onRemove(pin.key)} />
          </li>
        ))}
      </ol>
    </MarkedImages>
  );
}
