import { NativeSelect } from "@mantine/core";
import { memo } from "react";

import type { Catalog, Choice } from "../../../api/types";
import { similarityOf, type CompareView } from "../compareView";
import classes from "./ControlStrip.module.css";

const LOOK = { size: "xs", classNames: { root: classes["pick"] ?? "", label: classes["label"] ?? "" } };

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
      {...LOOK}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as T)}
      data={choices.map(({ id, name }) => ({ value: id, label: name }))}
      title={choices.find(({ id }) => id === value)?.description}
    />
  );
}

interface MeasureChoicesProps {
  view: Omit<CompareView, "epoch">;
  /** Those of the compared runs. */
  seeds: readonly number[];
  catalog: Catalog;
  architecture: string;
  /** Names of the classes that one is chosen of. */
  classNames: readonly string[];
  onChange: (changes: Partial<CompareView>) => void;
}

/** On which images and by which measures networks are compared. */
export const MeasureChoices = memo(function MeasureChoices({
  view,
  seeds,
  catalog,
  architecture,
  classNames,
  onChange,
}: MeasureChoicesProps) {
  const similarity = similarityOf(view, catalog);
  const inBatches = view.images !== "probe";
  const measured = catalog.similarities.find(({ id }) => id === similarity);
  const families = [...new Set(catalog.similarities.map(({ family }) => family))];
  const published = architecture === catalog.paper_architecture;
  return (
    <div className={classes["part"]}>
      <Pick label="Images" choices={catalog.images} value={view.images} onChange={(images) => onChange({ images })} />
      <Pick label="Subset" choices={catalog.subsets} value={view.subset} onChange={(subset) => onChange({ subset })} />
      {classNames.length > 0 && (
        <NativeSelect
          label="Class"
          {...LOOK}
          value={String(view.subsetClass)}
          onChange={(event) => onChange({ subsetClass: Number(event.currentTarget.value) })}
          data={classNames.map((name, index) => ({ value: String(index), label: name }))}
        />
      )}
      <NativeSelect
        label="Similarity"
        {...LOOK}
        value={similarity}
        onChange={(event) => onChange({ estimator: event.currentTarget.value })}
        title={measured && `${measured.description} ${measured.caveat}`}
        data={families.map((family) => ({
          group: family,
          items: catalog.similarities
            .filter((measure) => measure.family === family)
            .map(({ id, name, streams }) => ({ value: id, label: name, disabled: inBatches && !streams })),
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
      {seeds.length > 1 && (
        <NativeSelect
          label="Matrices of seed"
          {...LOOK}
          value={String(view.rdmSeed ?? seeds[0])}
          onChange={(event) => onChange({ rdmSeed: Number(event.currentTarget.value) })}
          data={seeds.map(String)}
        />
      )}
    </div>
  );
});
