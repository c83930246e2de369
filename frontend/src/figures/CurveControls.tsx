import { SegmentedControl } from "@mantine/core";
import { useId, useState, type ReactNode } from "react";

import { SMOOTHINGS, smoothingPlace, type CurveView } from "./curveView";
import { Range } from "../ui/controls/Range";
import classes from "./CurveControls.module.css";

interface CurveControlsProps {
  view: CurveView;
  onChange: (changes: Partial<CurveView>) => void;
  /** Whether there is a loss among the curves. */
  withScale?: boolean;
  /** Whether any rule has several seeds. */
  withSeeds: boolean;
  /** What else decides what the curves show; it stands first. */
  children?: ReactNode;
}

interface PickProps<T extends string> {
  label: string;
  value: T;
  choices: readonly (readonly [value: T, label: string])[];
  onChange: (value: T) => void;
}

/** A choice of a few, its name above it. */
export function Pick<T extends string>({ label, value, choices, onChange }: PickProps<T>) {
  return (
    <div>
      <span className={classes["label"]} aria-hidden>
        {label}
      </span>
      <SegmentedControl
        size="xs"
        aria-label={label}
        value={value}
        onChange={onChange}
        data={choices.map(([choice, name]) => ({ value: choice, label: name }))}
      />
    </div>
  );
}

function Smoothing({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const id = useId();
  const [dragged, setDragged] = useState<number | null>(null);
  const shown = dragged ?? value;
  // The address follows a little later than the hand: until then, the next step starts from the hand.
  if (dragged === value) {
    setDragged(null);
  }
  const text = shown === 0 ? "off" : String(shown);
  return (
    <div className={classes["smoothing"]}>
      <label className={classes["label"]} htmlFor={id}>
        Smoothing <output>{text}</output>
      </label>
      <Range
        id={id}
        aria-valuetext={text}
        min={0}
        max={SMOOTHINGS.length - 1}
        value={smoothingPlace(shown)}
        onChange={(place) => setDragged(SMOOTHINGS[place] ?? 0)}
        onChangeEnd={(place) => onChange(SMOOTHINGS[place] ?? 0)}
      />
    </div>
  );
}

/** How curves are drawn: for all of those that stand below. */
export function CurveControls({ view, onChange, withScale = false, withSeeds, children }: CurveControlsProps) {
  return (
    <div className={classes["controls"]} role="group" aria-label="How curves are drawn">
      {children}
      <Smoothing value={view.smoothing} onChange={(smoothing) => onChange({ smoothing })} />
      <Pick
        label="Over"
        value={view.x}
        choices={[
          ["step", "Steps"],
          ["epoch", "Epochs"],
        ]}
        onChange={(x) => onChange({ x })}
      />
      {withScale && (
        <Pick
          label="Scale of the loss"
          value={view.scale}
          choices={[
            ["linear", "Linear"],
            ["log", "Log"],
          ]}
          onChange={(scale) => onChange({ scale })}
        />
      )}
      {withSeeds && (
        <Pick
          label="Seeds"
          value={view.lines}
          choices={[
            ["band", "Mean and range"],
            ["runs", "Single runs"],
          ]}
          onChange={(lines) => onChange({ lines })}
        />
      )}
      {view.smoothing > 0 && (
        <p className={classes["meaning"]}>
          Exponential moving average of weight {view.smoothing}. Faint lines, tables and CSV files show the raw
          measurements.
        </p>
      )}
    </div>
  );
}
