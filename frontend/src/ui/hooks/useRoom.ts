import { useLayoutEffect, useState, type RefObject } from "react";

import { usePanelFrame } from "../PanelFrame";

// The card's and the window's padding below a figure.
const BELOW = 34;

/** Pixels of height that a figure may take in a panel that fills the window; 0 on the page. */
export function useRoom(element: RefObject<Element | null>): number {
  const maximised = usePanelFrame()?.maximised === true;
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const top = element.current?.getBoundingClientRect().top ?? 0;
      setRoom(maximised ? Math.max(0, Math.round(window.innerHeight - top - BELOW)) : 0);
    };
    measure();
    if (!maximised) {
      return;
    }
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, [element, maximised]);
  return room;
}
