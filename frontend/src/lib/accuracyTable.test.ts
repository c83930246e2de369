import { describe, expect, it } from "vitest";

import type { ComparedRun } from "../api/types";
import { accuracyTable, spread } from "./accuracyTable";

function compared(rule: string, seed: number, test: number | null): ComparedRun {
  return {
    experiment_id: "experiment",
    id: `${rule}${seed}`,
    rule,
    rule_name: rule,
    colour_light: "#000000",
    colour_dark: "#ffffff",
    seed,
    best_epoch: 8,
    best_val_accuracy: 0.9,
    test_accuracy: test,
  };
}

describe("spread", () => {
  it("is the sample standard deviation of what is known", () => {
    expect(spread([2, 4, null, 6])).toEqual({ mean: 4, deviation: 2 });
  });

  it("has no deviation for one value and nothing for none", () => {
    expect(spread([0.5])).toEqual({ mean: 0.5, deviation: null });
    expect(spread([null])).toBeNull();
  });
});

describe("accuracyTable", () => {
  const runs = [compared("bp", 0, 0.9), compared("usf_sn", 0, 0.8), compared("bp", 1, 0.8), compared("usf_sn", 1, 0.9)];

  it("has a row a rule, in order, against the reference", () => {
    const rows = accuracyTable(runs, "bp");
    expect(rows.map((row) => [row.run.rule, row.seeds])).toEqual([
      ["bp", 2],
      ["usf_sn", 2],
    ]);
    expect(rows[0]?.difference).toBeNull();
    expect(rows[1]?.difference).toBeCloseTo(0, 12);
  });

  it("compares with nothing where the reference is missing or untested", () => {
    expect(accuracyTable([compared("usf_sn", 0, 0.8)], "bp")[0]?.difference).toBeNull();
    expect(accuracyTable([compared("bp", 0, null), compared("usf_sn", 0, 0.8)], "bp")[1]?.difference).toBeNull();
  });
});
