import { ExemplarControls } from "../controls/PanelControls";
import { FigurePanel } from "./FigurePanel";
import type { PanelProps } from "./panel";

/** Channels of one convolution for one class, and the images that drive them. */
export function ExemplarsPanel(props: PanelProps) {
  const { comparison, workspace } = props;
  return (
    <FigurePanel
      {...props}
      controls={
        workspace && (
          <ExemplarControls
            {...workspace}
            convolutions={comparison.layers.filter((layer) => !layer.startsWith("fc"))}
            classNames={comparison.class_names ?? []}
          />
        )
      }
    />
  );
}
