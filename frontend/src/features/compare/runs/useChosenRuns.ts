import { useQueries } from "@tanstack/react-query";

import { experimentQuery } from "../../../api/queries";
import type { Experiment, Run } from "../../../api/types";
import { comparableRuns, type CompareView } from "../compareView";

/** An experiment of a comparison, and which of its completed runs are chosen. */
export interface Group {
  experiment: Experiment;
  runs: Run[];
}

export interface ChosenRuns {
  groups: Group[];
  runs: Run[];
  /** Added experiments that are still being read. */
  reading: boolean;
  /** Ids of added experiments that cannot be read, as one that was deleted. */
  missing: string[];
}

/** The runs that a view chooses of its own experiment and of those that were added. */
export function useChosenRuns(experiment: Experiment, view: CompareView): ChosenRuns {
  const others = useQueries({ queries: view.added.map(({ experiment: id }) => experimentQuery(id)) });
  const groups: Group[] = [
    { experiment, runs: comparableRuns(experiment.runs, view.runs) },
    ...view.added.flatMap(({ runs }, index) => {
      const other = others[index]?.data;
      return other === undefined ? [] : [{ experiment: other, runs: comparableRuns(other.runs, runs) }];
    }),
  ];
  return {
    groups,
    runs: groups.flatMap(({ runs }) => runs),
    reading: others.some(({ isPending }) => isPending),
    missing: view.added.filter((_, index) => others[index]?.isError === true).map(({ experiment: id }) => id),
  };
}
