import { MapControls } from "../PanelControls";
import { FigurePanel } from "./FigurePanel";
import type { PanelProps } from "./panel";

/** The map of representations, of all networks or over training. */
export function GeometryMapPanel(props: PanelProps) {
  return <FigurePanel {...props} controls={props.workspace && <MapControls {...props.workspace} />} />;
}
