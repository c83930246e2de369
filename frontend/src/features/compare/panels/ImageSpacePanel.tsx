import { useProbe } from "../../../figures/queries";
import { ImageSpaceLayer } from "../images/ImageSpaceLayer";
import { ImageSpaceControls } from "../controls/PanelControls";
import { FigurePanel } from "./FigurePanel";
import type { PanelProps } from "./panel";

/** Maps of the probe's images in one layer of two networks, with one selection for both. */
export function ImageSpacePanel(props: PanelProps) {
  const { comparison, source, workspace } = props;
  const { data: probe } = useProbe(source);
  const { seed } = comparison.runs.find((run) => run.seed === workspace?.view.rdmSeed) ?? { seed: comparison.seeds[0] };
  const rules = new Map(comparison.runs.filter((run) => run.seed === seed).map((run) => [run.rule, run.rule_name]));
  return (
    <FigurePanel
      {...props}
      controls={workspace && <ImageSpaceControls {...workspace} layers={comparison.layers} rules={[...rules]} />}
    >
      {(chart) => probe && <ImageSpaceLayer chart={chart} probe={probe} source={source} />}
    </FigurePanel>
  );
}
