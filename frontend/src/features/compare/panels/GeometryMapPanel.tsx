import { SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";

import type { Figure, MapDimensions } from "../../../api/types";
import { trajectoryEpochs, upToEpoch } from "../map/trajectory";
import { hasWebgl } from "../../../figures/chart/webgl";
import { MapPlayer } from "../map/MapPlayer";
import { FigurePanel } from "./FigurePanel";
import classes from "./Controls.module.css";
import type { PanelProps, Workspace } from "./panel";

interface DimensionsControlProps {
  value: MapDimensions;
  onChange: (value: MapDimensions) => void;
}

/** In how many dimensions the map is drawn; a shared map has both as well. */
function DimensionsControl({ value, onChange }: DimensionsControlProps) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="Dimensions of the map"
      value={String(value)}
      onChange={(next) => onChange(next === "3" ? 3 : 2)}
      data={[
        { value: "2", label: "2D" },
        { value: "3", label: "3D" },
      ]}
    />
  );
}

interface MapControlsProps extends Workspace {
  /** How many seeds are compared. */
  seeds: number;
}

/** Whether the map shows every network at one epoch or networks over training, and in how many dimensions. */
function MapControls({ view, seeds, onChange }: MapControlsProps) {
  return (
    <div className={classes["controls"]}>
      <SegmentedControl
        size="xs"
        aria-label="What the map shows"
        value={view.map}
        onChange={(map) => onChange({ map })}
        data={[
          { value: "epoch", label: "All networks" },
          { value: "trajectory", label: "Over training" },
        ]}
      />
      <DimensionsControl value={view.mapDimensions} onChange={(mapDimensions) => onChange({ mapDimensions })} />
      {view.map === "trajectory" && seeds > 1 && (
        <SegmentedControl
          size="xs"
          aria-label="Seeds on the map"
          value={view.mapSeeds}
          onChange={(mapSeeds) => onChange({ mapSeeds })}
          data={[
            { value: "one", label: "One seed" },
            { value: "all", label: "All seeds" },
          ]}
        />
      )}
    </div>
  );
}

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
