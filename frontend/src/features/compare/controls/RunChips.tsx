import { memo } from "react";

import type { Catalog } from "../../../api/types";
import { toggle, type CompareView } from "../compareView";
import { RuleDot } from "../../../ui/RuleDot";
import { ChipGroup } from "./ChipGroup";

interface RunChipsProps {
  /** Id and name of each rule that is compared. */
  rules: readonly (readonly [string, string])[];
  seeds: readonly number[];
  view: Pick<CompareView, "rules" | "seeds">;
  catalog: Catalog;
  onChange: (changes: Partial<CompareView>) => void;
}

/** Which rules and seeds of the chosen runs are shown. */
export const RunChips = memo(function RunChips({ rules, seeds, view, catalog, onChange }: RunChipsProps) {
  const ruleIds = rules.map(([id]) => id);
  return (
    <>
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
    </>
  );
});
