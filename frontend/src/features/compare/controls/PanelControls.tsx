import { NativeSelect, SegmentedControl } from "@mantine/core";

import type { MapDimensions } from "../../../api/types";
import type { CompareView } from "../compareView";
import classes from "./PanelControls.module.css";

interface PanelControlsProps {
  view: CompareView;
  onChange: (changes: Partial<CompareView>) => void;
}

interface DimensionsControlProps {
  value: MapDimensions;
  onChange: (value: MapDimensions) => void;
}

/** In how many dimensions the map is drawn; a shared map has both as well. */
export function DimensionsControl({ value, onChange }: DimensionsControlProps) {
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

interface MapControlsProps extends PanelControlsProps {
  /** How many seeds are compared. */
  seeds: number;
}

/** Whether the map shows every network at one epoch or networks over training, and in how many dimensions. */
export function MapControls({ view, seeds, onChange }: MapControlsProps) {
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

interface ExemplarControlsProps extends PanelControlsProps {
  /** Names of the network's convolutions, in order. */
  convolutions: readonly string[];
  classNames: readonly string[];
}

/** Of which layer and for which class channels are shown. */
export function ExemplarControls({ view, convolutions, classNames, onChange }: ExemplarControlsProps) {
  return (
    <div className={classes["controls"]}>
      <NativeSelect
        size="xs"
        aria-label="Layer of the channels"
        value={view.exemplarLayer ?? convolutions.at(-1) ?? ""}
        onChange={(event) => onChange({ exemplarLayer: event.currentTarget.value })}
        data={[...convolutions]}
      />
      <NativeSelect
        size="xs"
        aria-label="Class that the channels matter for"
        value={String(view.exemplarClass)}
        onChange={(event) => onChange({ exemplarClass: Number(event.currentTarget.value) })}
        data={classNames.map((name, index) => ({ value: String(index), label: name }))}
      />
    </div>
  );
}

interface ImageSpaceControlsProps extends PanelControlsProps {
  layers: readonly string[];
  /** Id and name of each rule that can be mapped. */
  rules: readonly (readonly [string, string])[];
}

/** Which layer's maps of images are drawn, and of which two rules. */
export function ImageSpaceControls({ view, layers, rules, onChange }: ImageSpaceControlsProps) {
  const ids = rules.map(([id]) => id);
  const asked = view.spaceRules?.every((rule) => ids.includes(rule)) ? view.spaceRules : null;
  const [first = "", second = ""] = asked ?? ids;
  const choices = rules.map(([value, label]) => ({ value, label }));
  const choose = (one: string, other: string) => onChange({ spaceRules: other === "" ? [one] : [one, other] });
  return (
    <div className={classes["controls"]}>
      <NativeSelect
        size="xs"
        aria-label="Layer of the maps"
        value={view.spaceLayer ?? layers[Math.max(layers.length - 2, 0)] ?? ""}
        onChange={(event) => onChange({ spaceLayer: event.currentTarget.value })}
        data={[...layers]}
      />
      {rules.length > 1 && (
        <>
          <NativeSelect
            size="xs"
            aria-label="Rule of the first map"
            value={first}
            onChange={({ currentTarget: { value } }) => choose(value, value === second ? first : second)}
            data={choices}
          />
          <NativeSelect
            size="xs"
            aria-label="Rule of the second map"
            value={second}
            onChange={({ currentTarget: { value } }) => choose(value === first ? second || first : first, value)}
            data={[...choices, { value: "", label: "No second map" }]}
          />
        </>
      )}
    </div>
  );
}
