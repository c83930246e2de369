import { Button, NativeSelect, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useId } from "react";

import type { Catalog, Choice, Run } from "../../api/types";
import { STREAMING_ESTIMATOR, toggle, type CompareView } from "../../lib/compareView";
import { plural } from "../../lib/format";
import { RuleDot } from "../RuleDot";
import { ChipGroup } from "./ChipGroup";
import classes from "./ControlStrip.module.css";
import { EpochSlider } from "./EpochSlider";

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

interface PickProps<T extends string> {
  label: string;
  choices: readonly Choice[];
  value: T;
  onChange: (value: T) => void;
}

function Pick<T extends string>({ label, choices, value, onChange }: PickProps<T>) {
  return (
    <NativeSelect
      label={label}
      size="xs"
      classNames={{ root: classes["pick"] ?? "", label: classes["label"] ?? "" }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as T)}
      data={choices.map(({ id, name }) => ({ value: id, label: name }))}
      title={choices.find(({ id }) => id === value)?.description}
    />
  );
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
  const ruleIds = rules.map(([id]) => id);
  const seeds = [...new Set(runs.map((run) => run.seed))].toSorted((a, b) => a - b);
  const chosenSeeds = view.seeds ?? seeds;
  const inBatches = view.images !== "probe";
  const similarity = inBatches ? STREAMING_ESTIMATOR : view.estimator;
  const measured = catalog.similarities.find(({ id }) => id === similarity);
  const families = [...new Set(catalog.similarities.map(({ family }) => family))];
  const published = architecture === catalog.paper_architecture;
  const shownClasses = view.subset === "one_class" ? classNames : [];

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
            epochName(catalog.epochs, view.epoch),
            ...(view.subset === "all" ? [] : [choiceName(catalog.subsets, view.subset)]),
            choiceName(catalog.similarities, similarity),
            choiceName(catalog.distances, view.distance),
          ].join(" · ")}
        </span>
      </UnstyledButton>
      <div id={panel} className={classes["controls"]} data-opened={opened || undefined}>
        <div className={classes["part"]}>
          <ChipGroup
            label="Runs"
            chips={rules.map(([id, label]) => ({
              value: id,
              label,
              mark: <RuleDot of={catalog.rules.find((rule) => rule.id === id)} />,
              pressed: view.rules === null || view.rules.includes(id),
            }))}
            onToggle={(rule) => onChange({ rules: toggle(view.rules, rule, ruleIds) })}
          />
          {seeds.length > 1 && (
            <ChipGroup
              label="Seeds"
              chips={seeds.map((seed) => ({
                value: seed,
                label: String(seed),
                pressed: view.seeds === null || view.seeds.includes(seed),
              }))}
              onToggle={(seed) => onChange({ seeds: toggle(view.seeds, seed, seeds) })}
            />
          )}
          <div className={classes["choose"]}>
            <Button className={classes["chooseButton"]} size="compact-sm" variant="default" onClick={onChooseRuns}>
              Choose runs
            </Button>
          </div>
          <EpochSlider
            epoch={view.epoch}
            runs={selected}
            named={catalog.epochs}
            onScrub={onScrub}
            onName={(epoch) => onChange({ epoch })}
          />
        </div>
        <div className={classes["part"]}>
          <Pick
            label="Images"
            choices={catalog.images}
            value={view.images}
            onChange={(images) => onChange({ images })}
          />
          <Pick
            label="Subset"
            choices={catalog.subsets}
            value={view.subset}
            onChange={(subset) => onChange({ subset })}
          />
          {shownClasses.length > 0 && (
            <NativeSelect
              label="Class"
              size="xs"
              classNames={{ root: classes["pick"] ?? "", label: classes["label"] ?? "" }}
              value={String(view.subsetClass)}
              onChange={(event) => onChange({ subsetClass: Number(event.currentTarget.value) })}
              data={shownClasses.map((name, index) => ({ value: String(index), label: name }))}
            />
          )}
          <NativeSelect
            label="Similarity"
            size="xs"
            classNames={{ root: classes["pick"] ?? "", label: classes["label"] ?? "" }}
            value={similarity}
            onChange={(event) => onChange({ estimator: event.currentTarget.value as CompareView["estimator"] })}
            title={measured && `${measured.description} ${measured.caveat}`}
            data={families.map((family) => ({
              group: family,
              items: catalog.similarities
                .filter((measure) => measure.family === family)
                .map(({ id, name }) => ({
                  value: id,
                  label: name,
                  disabled: inBatches && id !== STREAMING_ESTIMATOR,
                })),
            }))}
          />
          {published && (
            <Pick
              label="Layer similarity"
              choices={catalog.matrices}
              value={view.matrices}
              onChange={(matrices) => onChange({ matrices })}
            />
          )}
          <Pick
            label="Dissimilarity"
            choices={catalog.distances}
            value={view.distance}
            onChange={(distance) => onChange({ distance })}
          />
          {chosenSeeds.length > 1 && (
            <NativeSelect
              label="Matrices of seed"
              size="xs"
              classNames={{ root: classes["pick"] ?? "", label: classes["label"] ?? "" }}
              value={String(view.rdmSeed ?? chosenSeeds[0])}
              onChange={(event) => onChange({ rdmSeed: Number(event.currentTarget.value) })}
              data={chosenSeeds.map(String)}
            />
          )}
        </div>
      </div>
    </section>
  );
}
