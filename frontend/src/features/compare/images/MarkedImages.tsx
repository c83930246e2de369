import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./MarkedImages.module.css";

interface MarkedImagesProps {
  /** What a screen reader calls it. */
  label: string;
  title: string;
  /** What the button says that unmarks them all. */
  clear: string;
  onClear: () => void;
  children: ReactNode;
}

/** Images that the reader has marked in a figure. */
export function MarkedImages({ label, title, clear, onClear, children }: MarkedImagesProps) {
  return (
    <section className={classes["marked"]} aria-label={label}>
      <header className={classes["head"]}>
        <h3 className={classes["title"]}>{title}</h3>
        <UnstyledButton className={classes["clear"]} onClick={onClear}>
          {clear}
        </UnstyledButton>
      </header>
      {children}
    </section>
  );
}
