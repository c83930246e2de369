import { NativeSelect, SegmentedControl } from "@mantine/core";

import type { CompareView } from "../../lib/compareView";
import classes from "./PanelControls.module.css";

interface PanelControlsProps {
  view: CompareView;
  onChange: (changes: Partial<CompareView>) => void;
}

/** Whether the map shows every network at one epoch, or one seed's over training. */
export function MapControls({ view, onChange }: PanelControlsProps) {
  return (
    <SegmentedControl
      className={classes["controls"]}
      size="xs"
      aria-label="What the map shows"
      value={view.map}
      onChange={(map) => onChange({ map })}
      data={[
        { value: "epoch", label: "All networks" },
        { value: "trajectory", label: "Over training" },
      ]}
    />
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
