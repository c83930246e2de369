import { useSearchParams } from "react-router";

import { ALIGNMENTS, readAlignment, withAlignment } from "../../../figures/alignment";
import { useCurveView } from "../../../figures/useCurveView";
import { CurveControls, Pick } from "../../../figures/CurveControls";
import { FigureCard } from "../../../figures/FigureCard";
import classes from "./CurvePanel.module.css";
import type { PanelProps } from "./panel";

/** How well a rule's feedback, errors and updates are aligned with backpropagation's, over training. */
export function AlignmentPanel({ comparison, source }: PanelProps) {
  const [params, setParams] = useSearchParams();
  const [curves, changeCurves] = useCurveView();
  const name = readAlignment(params);
  return (
    <FigureCard
      name={name}
      source={source}
      fileName={comparison.title}
      unavailable={comparison.unavailable[name]}
      curves={curves}
      controls={
        <div className={classes["controls"]}>
          <CurveControls view={curves} onChange={changeCurves} withSeeds={comparison.seeds.length > 1}>
            <Pick
              label="Measure"
              value={name}
              choices={ALIGNMENTS.map(({ id, short }) => [id, short] as const)}
              onChange={(next) => setParams((old) => withAlignment(old, next), { preventScrollReset: true })}
            />
          </CurveControls>
        </div>
      }
    />
  );
}
