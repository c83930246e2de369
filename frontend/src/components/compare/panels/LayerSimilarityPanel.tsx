import { LinkedCells } from "../layers/LinkedCells";
import { FigurePanel } from "./FigurePanel";
import type { PanelProps } from "./panel";

/** Layers of each rule against the reference's; what is pointed at in one panel is shown in all. */
export function LayerSimilarityPanel(props: PanelProps) {
  return <FigurePanel {...props}>{(chart) => <LinkedCells chart={chart} />}</FigurePanel>;
}
