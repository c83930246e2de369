import { UnstyledButton } from "@mantine/core";
import { useId, type CSSProperties } from "react";

import type { Choice, Run } from "../../../api/types";
import type { CompareView } from "../compareView";
import { bestEpochs, commonEpochs, epochAt, placeOf } from "../epochs";
import { formatInteger } from "../../../lib/format";
import { Range } from "../../../ui/controls/Range";
import classes from "./EpochSlider.module.css";

interface EpochSliderProps {
  epoch: CompareView["epoch"];
  /** Those that are compared. */
  runs: readonly Run[];
  /** The epochs that have names. */
  named: readonly Choice[];
  onScrub: (epoch: CompareView["epoch"]) => void;
  onName: (epoch: "first" | "best" | "last") => void;
}

/** Moves every figure through training. Its ends and the runs' best epochs are marked. */
export function EpochSlider({ epoch, runs, named, onScrub, onName }: EpochSliderProps) {
  const id = useId();
  const last = commonEpochs(runs);
  const at = placeOf(epoch, runs);
  const name = named.find((choice) => choice.id === epoch)?.name;
  const text = name === undefined || epoch === "last" ? `Epoch ${formatInteger(at)}` : name;
  return (
    <div className={classes["epochs"]}>
      <label className={classes["label"]} htmlFor={id}>
        Epoch
      </label>
      <div className={classes["names"]} role="group" aria-label="Epochs by name">
        {named.map((choice) => (
          <UnstyledButton
            key={choice.id}
            className={classes["name"]}
            title={choice.description}
            aria-pressed={epoch === choice.id}
            onClick={() => onName(choice.id as "first" | "best" | "last")}
          >
            {choice.name}
          </UnstyledButton>
        ))}
      </div>
      <div className={classes["track"]}>
        <span className={classes["end"]} aria-hidden>
          0
        </span>
        <div className={classes["rail"]}>
          <Range
            id={id}
            min={0}
            max={last}
            value={at}
            disabled={last === 0}
            aria-valuetext={text}
            data-floating={epoch === "best" || undefined}
            onChange={(place) => onScrub(epochAt(place, runs))}
          />
          {bestEpochs(runs)
            .filter((best) => best <= last)
            .map((best) => (
              <span
                key={best}
                className={classes["best"]}
                style={{ "--place": best / last } as CSSProperties}
                title={`Best epoch of a run: ${formatInteger(best)}`}
                aria-hidden
              />
            ))}
        </div>
        <span className={classes["end"]} aria-hidden>
          {formatInteger(last)}
        </span>
      </div>
      <output className={classes["value"]} htmlFor={id}>
        {text}
      </output>
    </div>
  );
}
