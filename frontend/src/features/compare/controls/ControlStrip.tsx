import { Button, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useId } from "react";

import type { Catalog, Choice, Run } from "../../../api/types";
import { similarityOf, type CompareView } from "../compareView";
import { plural } from "../../../lib/format";
import { useUnchanged } from "../../../ui/hooks/useUnchanged";
import classes from "./ControlStrip.module.css";
import { EpochSlider } from "./EpochSlider";
import { MeasureChoices } from "./MeasureChoices";
import { RunChips } from "./RunChips";

interface ControlStripProps {
  view: CompareView;
  /** The runs that are chosen, of all experiments. */
  runs: readonly Run[];
  /** Those of them that the view does not leave out. */
  selected: readonly Run[];
  catalog: Catalog;
  architecture: string;
  /** Names of the probe's classes, once they are known. */
  classNames: readonly string[];
  onChange: (changes: Partial<CompareView>) => void;
  /** Moves on the epoch's slider, which are not each a step of the browser's history. */
  onScrub: (epoch: CompareView["epoch"]) => void;
  /** Opens the choice of runs. */
  onChooseRuns: () => void;
}

function choiceName(choices: readonly Choice[], id: string): string {
  return choices.find((choice) => choice.id === id)?.name ?? id;
}

function epochName(choices: readonly Choice[], epoch: CompareView["epoch"]): string {
  return typeof epoch === "number" ? `Epoch ${epoch}` : choiceName(choices, epoch);
}

/** The one place that decides what every panel shows; it stays in sight while the page scrolls. */
export function ControlStrip({
  view,
  runs,
  selected,
  catalog,
  architecture,
  classNames,
  onChange,
  onScrub,
  onChooseRuns,
}: ControlStripProps) {
  const [opened, { toggle: toggleOpened }] = useDisclosure();
  const panel = useId();
  const rules = [...new Map(runs.map((run) => [run.rule, run.rule_name]))];
  const seeds = [...new Set(runs.map((run) => run.seed))].toSorted((a, b) => a - b);
  const { epoch, ...others } = view;
  // What the epoch leaves alone is not drawn again while the slider moves.
  const still = useUnchanged({
    view: others,
    rules,
    seeds,
    chosenSeeds: view.seeds ?? seeds,
    classNames: view.subset === "one_class" ? classNames : [],
  });

  return (
    <section className={classes["strip"]} aria-label="View">
      <UnstyledButton
        className={classes["summary"]}
        aria-expanded={opened}
        aria-controls={panel}
        onClick={toggleOpened}
      >
        <IconAdjustmentsHorizontal size={18} stroke={1.75} aria-hidden />
        <span>
          {[
            plural(selected.length, "run"),
            epochName(catalog.epochs, epoch),
            ...(view.subset === "all" ? [] : [choiceName(catalog.subsets, view.subset)]),
            choiceName(catalog.similarities, similarityOf(view, catalog)),
            choiceName(catalog.distances, view.distance),
          ].join(" · ")}
        </span>
      </UnstyledButton>
      <div id={panel} className={classes["controls"]} data-opened={opened || undefined}>
        <div className={classes["part"]}>
          <RunChips rules={still.rules} seeds={still.seeds} view={still.view} catalog={catalog} onChange={onChange} />
          <div className={classes["choose"]}>
            <Button className={classes["chooseButton"]} size="compact-sm" variant="default" onClick={onChooseRuns}>
              Choose runs
            </Button>
          </div>
          <EpochSlider
            epoch={epoch}
            runs={selected}
            named={catalog.epochs}
            onScrub={onScrub}
            onName={(name) => onChange({ epoch: name })}
          />
        </div>
        <MeasureChoices
          view={still.view}
          seeds={still.chosenSeeds}
          catalog={catalog}
          architecture={architecture}
          classNames={still.classNames}
          onChange={onChange}
        />
      </div>
    </section>
  );
}
