import { NativeSelect, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useId } from "react";

import type { Catalog, Choice, Run } from "../../api/types";
import { toggle, type CompareView } from "../../lib/compareView";
import { plural } from "../../lib/format";
import { RuleDot } from "../RuleDot";
import { ChipGroup } from "./ChipGroup";
import classes from "./ControlStrip.module.css";

interface ControlStripProps {
  view: CompareView;
  /** Completed runs, in the order of the experiment. */
  runs: readonly Run[];
  /** How many of them the view selects. */
  selected: number;
  catalog: Catalog;
  onChange: (changes: Partial<CompareView>) => void;
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
      classNames={{ label: classes["label"] ?? "" }}
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

/** The one place that decides what every panel shows; it stays in sight while the page scrolls. */
export function ControlStrip({ view, runs, selected, catalog, onChange }: ControlStripProps) {
  const [opened, { toggle: toggleOpened }] = useDisclosure();
  const panel = useId();
  const rules = [...new Map(runs.map((run) => [run.rule, run.rule_name]))];
  const ruleIds = rules.map(([id]) => id);
  const seeds = [...new Set(runs.map((run) => run.seed))].toSorted((a, b) => a - b);
  const chosenSeeds = view.seeds ?? seeds;

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
          {plural(selected, "run")} · {choiceName(catalog.epochs, view.epoch)} ·{" "}
          {choiceName(catalog.estimators, view.estimator)} · {choiceName(catalog.distances, view.distance)}
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
        </div>
        <div className={classes["part"]}>
          <Pick label="Epoch" choices={catalog.epochs} value={view.epoch} onChange={(epoch) => onChange({ epoch })} />
          <Pick
            label="Similarity"
            choices={catalog.estimators}
            value={view.estimator}
            onChange={(estimator) => onChange({ estimator })}
          />
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
              classNames={{ label: classes["label"] ?? "" }}
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
