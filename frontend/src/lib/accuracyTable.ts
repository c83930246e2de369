import type { ComparedRun } from "../api/types";

export interface Spread {
  mean: number;
  /** Sample standard deviation; null for fewer than two values. */
  deviation: number | null;
}

export interface AccuracyRow {
  run: ComparedRun;
  seeds: number;
  bestVal: Spread | null;
  test: Spread | null;
  /** Mean test accuracy less that of the reference rule. */
  difference: number | null;
  bestEpoch: Spread | null;
}

/** Mean and spread of the values that there are; null where there are none. */
export function spread(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) {
    return null;
  }
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  if (known.length === 1) {
    return { mean, deviation: null };
  }
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (known.length - 1)) };
}

/** One row a rule, over its seeds, in the order of the runs. */
export function accuracyTable(runs: readonly ComparedRun[], reference: string | null): AccuracyRow[] {
  const byRule = new Map<string, ComparedRun[]>();
  for (const run of runs) {
    byRule.set(run.rule, [...(byRule.get(run.rule) ?? []), run]);
  }
  const referenceTest = spread((byRule.get(reference ?? "") ?? []).map((run) => run.test_accuracy));
  return [...byRule.values()].flatMap((group) => {
    const [run] = group;
    const test = spread(group.map((item) => item.test_accuracy));
    return run === undefined
      ? []
      : [
          {
            run,
            seeds: group.length,
            bestVal: spread(group.map((item) => item.best_val_accuracy)),
            test,
            difference:
              run.rule !== reference && test !== null && referenceTest !== null ? test.mean - referenceTest.mean : null,
            bestEpoch: spread(group.map((item) => item.best_epoch)),
          },
        ];
  });
}
