import type { ReactNode } from "react";

import { CURVE_NAMES, type ComparisonFigureName, type Figure } from "../../../api/types";
import type { DrawnChart } from "../../../figures/chart/plotly";
import { useCurveView } from "../../../figures/useCurveView";
import { FigureCard } from "../../../figures/FigureCard";
import type { PanelProps } from "./panel";

interface FigurePanelProps extends PanelProps {
  /** What decides what this figure alone shows. */
  controls?: ReactNode;
  /** As of a `FigureCard`. */
  drawnAs?: ((figure: Figure) => Figure) | undefined;
  /** As of a `FigureCard`. */
  children?: (chart: DrawnChart) => ReactNode;
}

/** A panel that is one figure. */
export function FigurePanel({ panel, comparison, source, controls, drawnAs, children }: FigurePanelProps) {
  const name = panel.id as ComparisonFigureName;
  const [curves] = useCurveView();
  return (
    <FigureCard
      name={name}
      source={source}
      fileName={comparison.title}
      unavailable={comparison.unavailable[name]}
      pending={comparison.pending?.includes(name)}
      controls={controls}
      curves={CURVE_NAMES.some((curve) => curve === name) ? curves : undefined}
      drawnAs={drawnAs}
    >
      {children}
    </FigureCard>
  );
}
