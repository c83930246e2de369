import type { ReactNode } from "react";

import type { FigureSource } from "../../api/figures";
import type { Comparison, ComparisonFigureName } from "../../api/types";
import { FigureCard } from "../FigureCard";
import classes from "./ComparisonPanels.module.css";
import { FindingsCard } from "./FindingsCard";
import { ResultCard } from "./ResultCard";

interface ComparisonPanelsProps {
  comparison: Comparison;
  source: FigureSource<ComparisonFigureName>;
  /** Shown figures belong to an earlier view while the one asked for is computed. */
  outdated?: boolean;
  /** What decides what single panels show; a shared comparison has none. */
  controls?: Partial<Record<ComparisonFigureName, ReactNode>>;
}

/** Everything that a comparison shows. The same for the workspace and for a shared link. */
export function ComparisonPanels({ comparison, source, outdated = false, controls = {} }: ComparisonPanelsProps) {
  const panel = (name: ComparisonFigureName) => {
    const unavailable = comparison.unavailable[name];
    return comparison.figures.includes(name) || unavailable !== undefined ? (
      <FigureCard
        name={name}
        source={source}
        fileName={comparison.title}
        unavailable={unavailable}
        pending={comparison.pending?.includes(name)}
        controls={controls[name]}
      />
    ) : null;
  };
  return (
    <div className={classes["panels"]} data-outdated={outdated || undefined} aria-busy={outdated}>
      <div className={classes["uneven"]}>
        <FindingsCard comparison={comparison} />
        <ResultCard comparison={comparison} />
      </div>
      {panel("layer-similarity")}
      <div className={classes["uneven"]}>
        <div className={classes["column"]}>
          {panel("rdms")}
          {panel("exemplars")}
          {panel("local-angle")}
          {panel("global-angle")}
          {panel("loss")}
        </div>
        <div className={classes["column"]}>
          {panel("similarity-profile")}
          {panel("geometry-map")}
          {panel("accuracy")}
          {panel("cost")}
          {panel("update-angle")}
          {panel("sign-concordance")}
          {panel("validation-accuracy")}
        </div>
      </div>
    </div>
  );
}
