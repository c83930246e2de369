import { NativeSelect } from "@mantine/core";

import type { Matrices } from "../../../api/types";
import { LinkedCells } from "../layers/LinkedCells";
import { FigurePanel } from "./FigurePanel";
import type { PanelProps } from "./panel";
import classes from "./Controls.module.css";

/** Layers of each rule against the reference's; what is pointed at in one panel is shown in all. */
export function LayerSimilarityPanel(props: PanelProps) {
  const { redraw } = props.source;
  return (
    <FigurePanel
      {...props}
      controls={
        redraw &&
        redraw.choices.length > 1 && (
          <div className={classes["alone"]}>
            <NativeSelect
              size="xs"
              aria-label="Source of layer similarities"
              value={redraw.matrices}
              onChange={({ currentTarget: { value } }) => redraw.onChange({ matrices: value as Matrices })}
              data={redraw.choices.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </div>
        )
      }
    >
      {(chart) => <LinkedCells chart={chart} />}
    </FigurePanel>
  );
}
