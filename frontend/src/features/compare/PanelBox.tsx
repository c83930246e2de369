import { FocusTrap } from "@mantine/core";
import { useEffect, useEffectEvent, useRef, type ReactNode } from "react";

import type { Panel } from "../../api/types";
import { useInSight } from "../../ui/hooks/useInSight";
import { PanelFrameContext } from "../../ui/PanelFrame";
import classes from "./PanelBox.module.css";

interface PanelBoxProps {
  panel: Panel;
  /** It has no neighbour, and takes the whole width. */
  alone: boolean;
  maximised: boolean;
  onMaximise: (maximised: boolean) => void;
  onRemove: () => void;
  /** What stands in it; ``inSight`` tells whether the reader sees it. */
  children: (inSight: boolean) => ReactNode;
}

/** The place of a panel on the page, or, without being drawn anew, the whole window. */
export function PanelBox({ panel, alone, maximised, onMaximise, onRemove, children }: PanelBoxProps) {
  const { title } = panel;
  const box = useRef<HTMLDivElement>(null);
  const inSight = useInSight(box);
  const maximise = useEffectEvent(onMaximise);

  useEffect(() => {
    if (!maximised) {
      return;
    }
    const leave = (event: KeyboardEvent) => {
      // A menu that is open closes first.
      const inMenu = event.target instanceof Element && event.target.closest('[role="menu"]') !== null;
      if (event.key === "Escape" && !event.defaultPrevented && !inMenu) {
        maximise(false);
      }
    };
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  }, [maximised]);

  return (
    <FocusTrap active={maximised}>
      <div
        ref={box}
        className={classes["box"]}
        data-panel={panel.id}
        data-alone={alone || undefined}
        data-maximised={maximised || undefined}
        {...(maximised ? { role: "dialog", "aria-modal": true, "aria-label": title } : {})}
      >
        <PanelFrameContext value={{ title, maximised, onMaximise, onRemove }}>{children(inSight)}</PanelFrameContext>
      </div>
    </FocusTrap>
  );
}
