import { createContext, useContext } from "react";

/** What can be done with a card because it is a panel of a comparison. */
interface PanelFrame {
  title: string;
  maximised: boolean;
  onMaximise: (maximised: boolean) => void;
  onRemove: () => void;
}

/** Gives the card inside it what a panel can do. */
export const PanelFrameContext = createContext<PanelFrame | null>(null);

/** The frame of the panel that a component stands in; null outside of panels. */
export function usePanelFrame(): PanelFrame | null {
  return useContext(PanelFrameContext);
}
