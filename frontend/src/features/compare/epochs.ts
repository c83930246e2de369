import type { Run } from "../../api/types";
import type { CompareView } from "./compareView";

type Epoch = CompareView["epoch"];

/** How many epochs of training all of these runs have. */
export function commonEpochs(runs: readonly Run[]): number {
  return runs.length === 0 ? 0 : Math.min(...runs.map((run) => run.epochs));
}

/** Epochs at which one of the runs was best, each once. */
export function bestEpochs(runs: readonly Run[]): number[] {
  const found = runs.flatMap(({ best_epoch: best }) => (best === null ? [] : [best]));
  return [...new Set(found)].toSorted((a, b) => a - b);
}

/**
 * The epoch at a place on the slider. The ends take their names where they are the same for all
 * runs, so that one view has one address.
 */
export function epochAt(place: number, runs: readonly Run[]): Epoch {
  if (place === 0) {
    return "first";
  }
  return runs.every((run) => run.epochs === place) ? "last" : place;
}

/** Where the slider stands for an epoch; among runs that were best at different ones, in their middle. */
export function placeOf(epoch: Epoch, runs: readonly Run[]): number {
  const last = commonEpochs(runs);
  if (typeof epoch === "number") {
    return Math.min(epoch, last);
  }
  if (epoch !== "best") {
    return epoch === "first" ? 0 : last;
  }
  const best = bestEpochs(runs);
  return Math.min(best[Math.floor((best.length - 1) / 2)] ?? last, last);
}

/** The epochs on both sides of one, which are likely to be asked for next. */
export function neighbours(epoch: Epoch, runs: readonly Run[]): Epoch[] {
  const place = placeOf(epoch, runs);
  return [place + 1, place - 1]
    .filter((near) => near >= 0 && near <= commonEpochs(runs))
    .map((near) => epochAt(near, runs));
}
