import { useMemo, useState } from "react";

import type { Figure } from "../../../api/types";
import { trajectoryEpochs, upToEpoch } from "../map/trajectory";
import { hasWebgl } from "../../../figures/chart/webgl";
import { MapPlayer } from "../map/MapPlayer";
import { DimensionsControl, MapControls } from "../controls/PanelControls";
import { FigurePanel } from "./FigurePanel";
import classes from "./Redraw.module.css";
import type { PanelProps } from "./panel";

/** The map of representations, of all networks or over training, which can be played. */
export function GeometryMapPanel(props: PanelProps) {
  const { comparison, workspace } = props;
  const { redraw } = props.source;
  // Null is the end of training.
  const [epoch, setEpoch] = useState<number | null>(null);
  const drawnAs = useMemo(() => (epoch === null ? undefined : (whole: Figure) => upToEpoch(whole, epoch)), [epoch]);
  const solid = (redraw?.mapDimensions ?? comparison.request.map_dimensions) === 3;
  return (
    <FigurePanel
      {...props}
      controls={
        <>
          {workspace && <MapControls {...workspace} seeds={comparison.seeds.length} />}
          {redraw && comparison.figures.includes("geometry-map") && (
            <div className={classes["alone"]}>
              <DimensionsControl
                value={redraw.mapDimensions}
                onChange={(mapDimensions) => redraw.onChange({ mapDimensions })}
              />
            </div>
          )}
          {solid && !hasWebgl() && (
            <p role="note">
              This browser cannot draw in three dimensions (no WebGL). The table and the CSV contain the coordinates.
            </p>
          )}
        </>
      }
      drawnAs={drawnAs}
    >
      {({ figure }) => {
        const epochs = trajectoryEpochs(figure);
        return epochs.length > 1 && <MapPlayer key={epochs.join(" ")} epochs={epochs} onEpoch={setEpoch} />;
      }}
    </FigurePanel>
  );
}
