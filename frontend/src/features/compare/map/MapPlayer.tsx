import { ActionIcon } from "@mantine/core";
import { useReducedMotion } from "@mantine/hooks";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useEffect, useEffectEvent, useState } from "react";

import { epochAt } from "./trajectory";
import { Range } from "../../../ui/controls/Range";
import classes from "./MapPlayer.module.css";

const MS_AN_EPOCH = 700;
// Between two drawings: plotly.js takes a while for each.
const FRAME_MS = 40;

interface MapPlayerProps {
  /** The epochs that there are, from the untrained network on. */
  epochs: readonly number[];
  /** Null for the last one. */
  onEpoch: (epoch: number | null) => void;
}

/** Plays training from the first epoch to the last, or stops at one. Where motion is unwelcome, it steps. */
export function MapPlayer({ epochs, onEpoch }: MapPlayerProps) {
  const last = epochs.length - 1;
  const [place, setPlace] = useState(last);
  const [playing, setPlaying] = useState(false);
  const stepwise = useReducedMotion() === true;

  const go = (next: number) => {
    setPlace(next);
    onEpoch(next >= last ? null : epochAt(epochs, next));
  };
  const advance = useEffectEvent((share: number) => {
    const next = Math.min(place + share, last);
    go(next);
    if (next >= last) {
      setPlaying(false);
    }
  });
  useEffect(() => {
    if (!playing) {
      return;
    }
    const pause = stepwise ? MS_AN_EPOCH : FRAME_MS;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      // By the clock, so that slow drawing loses frames, not time.
      advance(stepwise ? 1 : (now - before) / MS_AN_EPOCH);
      before = now;
    }, pause);
    return () => clearInterval(timer);
  }, [playing, stepwise]);

  const toggle = () => {
    if (!playing && place >= last) {
      go(0);
    }
    setPlaying(!playing);
  };
  const epoch = epochs[Math.floor(place)] ?? 0;
  const name = epoch === 0 ? "untrained" : `epoch ${epoch}`;
  return (
    <div className={classes["player"]}>
      <ActionIcon variant="default" radius="xl" aria-label={playing ? "Pause" : "Play training"} onClick={toggle}>
        {playing ? <IconPlayerPause size={15} aria-hidden /> : <IconPlayerPlay size={15} aria-hidden />}
      </ActionIcon>
      <div className={classes["slider"]}>
        <Range
          aria-label="Moment of training"
          aria-valuetext={name}
          min={0}
          max={last}
          value={Math.floor(place)}
          onChange={(next) => {
            setPlaying(false);
            go(next);
          }}
        />
      </div>
      <output className={classes["epoch"]}>{name}</output>
    </div>
  );
}
