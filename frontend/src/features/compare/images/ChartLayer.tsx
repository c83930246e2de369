import { VisuallyHidden } from "@mantine/core";
import { useId, type KeyboardEvent, type ReactNode } from "react";

import classes from "./ChartLayer.module.css";

interface ChartLayerProps {
  /** What a screen reader calls it. */
  label: string;
  /** What its keys do. */
  keys: string;
  /** What is under the cursor, in words. */
  said: string;
  height: number;
  onKey: (event: KeyboardEvent) => void;
  /** SVG, in pixels from the figure's top left corner. */
  children: ReactNode;
}

/** What lies over a figure: marks that the pointer passes through, and the cursor that keys move. */
export function ChartLayer({ label, keys, said, height, onKey, children }: ChartLayerProps) {
  const id = useId();
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application has keys of its own */}
      <section
        className={classes["layer"]}
        role="application"
        aria-label={label}
        aria-describedby={id}
        tabIndex={0}
        style={{ height }}
        onKeyDown={onKey}
      >
        <svg className={classes["marks"]} aria-hidden>
          {children}
        </svg>
      </section>
      <p id={id} className={classes["keys"]}>
        {keys}
      </p>
      <VisuallyHidden aria-live="polite" data-testid="said">
        {said}
      </VisuallyHidden>
    </>
  );
}
