import { createContext, useContext, type ReactNode } from "react";

/** What can be done with a card because it is a panel of a comparison. */
export interface PanelFrame {
  title: string;
  maximised: boolean;
  onMaximise: (maximised: boolean) => void;
  onRemove: () => void;
}

const Frame = createContext<PanelFrame | null>(null);

/** The frame of the panel that a component stands in; null outside of panels. */
export function usePanelFrame(): PanelFrame | null {
  return useContext(Frame);
}

/** Gives the card inside it what a panel can do. */
export function PanelFrameProvider({ frame, children }: { frame: PanelFrame; children: ReactNode }) {
  return <Frame value={frame}>{children}</Frame>;
}
