import type { ComponentType } from "react";

import type { PanelId } from "../../../figures/panels";
import { AlignmentPanel } from "./AlignmentPanel";
import { ExemplarsPanel } from "./ExemplarsPanel";
import { FigurePanel } from "./FigurePanel";
import { FindingsPanel } from "./FindingsPanel";
import { GeometryMapPanel } from "./GeometryMapPanel";
import { LayerSimilarityPanel } from "./LayerSimilarityPanel";
import { ImageSpacePanel } from "./ImageSpacePanel";
import type { PanelProps } from "./panel";
import { RdmPanel } from "./RdmPanel";
import { ResultPanel } from "./ResultPanel";

/** Panels that are more than their figure. */
const COMPONENTS: Partial<Record<PanelId, ComponentType<PanelProps>>> = {
  alignment: AlignmentPanel,
  findings: FindingsPanel,
  exemplars: ExemplarsPanel,
  "geometry-map": GeometryMapPanel,
  "layer-similarity": LayerSimilarityPanel,
  "image-space": ImageSpacePanel,
  rdms: RdmPanel,
  result: ResultPanel,
};

/** What draws a panel. */
export function componentOf(id: PanelId): ComponentType<PanelProps> {
  return COMPONENTS[id] ?? FigurePanel;
}
