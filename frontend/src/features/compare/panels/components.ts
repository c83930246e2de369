import type { ComponentType } from "react";

import { FigurePanel } from "./FigurePanel";
import type { PanelProps } from "./panel";

type Component = ComponentType<PanelProps>;

// A panel that is more than its figure has a component of its name: `ResultPanel` draws `result`.
const MODULES = import.meta.glob<Partial<Record<string, Component>>>("./*Panel.tsx", { eager: true });

/** What draws a panel. */
export function componentOf(id: string): Component {
  const name = `${id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Panel`;
  return MODULES[`./${name}.tsx`]?.[name] ?? FigurePanel;
}
