import type { ReactNode } from "react";

import classes from "./HoverCard.module.css";

interface HoverCardProps {
  /** Where it belongs, in pixels from the top left corner of a stage of this size. */
  at: { x: number; y: number };
  stage: { width: number; height: number };
  children: ReactNode;
}

const DISTANCE = 16;

/** A small card beside a place in a figure, on the side that has more room. */
export function HoverCard({ at, stage, children }: HoverCardProps) {
  return (
    <div
      className={classes["card"]}
      data-testid="hover-card"
      aria-hidden
      style={{
        ...(at.x > stage.width / 2 ? { right: stage.width - at.x + DISTANCE } : { left: at.x + DISTANCE }),
        ...(at.y > stage.height / 2 ? { bottom: stage.height - at.y + DISTANCE } : { top: at.y + DISTANCE }),
      }}
    >
      {children}
    </div>
  );
}
