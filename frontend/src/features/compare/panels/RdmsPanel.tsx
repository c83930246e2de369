import { useProbe } from "../../../figures/queries";
import { RdmLayer } from "../images/RdmLayer";
import { FigurePanel } from "./FigurePanel";
import type { PanelProps } from "./panel";

/** The dissimilarity matrices, with the images that each cell is about. */
export function RdmsPanel(props: PanelProps) {
  const { data: probe } = useProbe(props.source);
  return (
    <FigurePanel {...props}>
      {(chart) => probe && <RdmLayer chart={chart} probe={probe} source={props.source} />}
    </FigurePanel>
  );
}
