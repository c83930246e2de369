import type { Figure } from "../../../api/types";
import type { PlotlyTrace } from "../../../figures/chart/plotly";
import { isRecord } from "../../../lib/record";

const AXES = ["x", "y", "z"] as const;

function epochsIn(of: Record<string, unknown>): unknown[] | null {
  const meta = of["meta"];
  return isRecord(meta) && Array.isArray(meta["epochs"]) ? meta["epochs"] : null;
}

/** The epochs that a map's trajectories go through; none where it shows one epoch. */
export function trajectoryEpochs(figure: Figure): number[] {
  const { layout } = figure.plotly;
  return (isRecord(layout) ? epochsIn(layout) : null)?.filter((epoch) => typeof epoch === "number") ?? [];
}

/** The epoch at a place between the first, 0, and the last; between two epochs in proportion. */
export function epochAt(epochs: readonly number[], place: number): number {
  const low = Math.min(Math.max(Math.floor(place), 0), epochs.length - 1);
  const before = epochs[low] ?? 0;
  const after = epochs[low + 1] ?? before;
  return before + (after - before) * Math.min(Math.max(place - low, 0), 1);
}

function between(before: unknown, after: unknown, share: number): unknown {
  return typeof before === "number" && typeof after === "number" ? before + (after - before) * share : before;
}

/** One trace's points up to an epoch; where that lies between two points, one on the way there is added. */
function cut(trace: PlotlyTrace, epochs: readonly unknown[], epoch: number): PlotlyTrace {
  const marker = isRecord(trace["marker"]) ? trace["marker"] : {};
  const columns = new Map<string, unknown[]>();
  for (const name of [...AXES, "customdata"]) {
    const values = trace[name];
    if (Array.isArray(values)) {
      columns.set(name, values);
    }
  }
  const { symbol, size } = marker;
  const sizes = Array.isArray(size) ? size.filter((value) => typeof value === "number") : [];
  const kept = new Map<string, unknown[]>([...columns.keys(), "symbol"].map((name) => [name, []]));
  const shownSizes: number[] = [];
  const [left, here] = [Math.min(...sizes.filter((value) => value > 0)), Math.max(...sizes)];
  const take = (at: number, share: number) => {
    for (const [name, values] of columns) {
      const isAxis = AXES.some((axis) => axis === name);
      kept.get(name)?.push(isAxis && share > 0 ? between(values[at], values[at + 1], share) : values[at]);
    }
    kept.get("symbol")?.push(Array.isArray(symbol) ? symbol[at] : symbol);
    shownSizes.push(left);
  };
  epochs.forEach((own, at) => {
    const next = epochs[at + 1];
    if (typeof own !== "number") {
      take(at, 0);
    } else if (own <= epoch) {
      take(at, 0);
      const goesOn = typeof next === "number" && next > epoch;
      if (goesOn && epoch > own) {
        take(at, (epoch - own) / (next - own));
      }
      if (goesOn || typeof next !== "number") {
        shownSizes[shownSizes.length - 1] = here;
      }
    }
  });
  const { symbol: symbols, ...rest } = Object.fromEntries(kept);
  return { ...trace, ...rest, marker: { ...marker, symbol: symbols, size: shownSizes } };
}

/** The map as training had reached an epoch, which may lie between two. */
export function upToEpoch(figure: Figure, epoch: number): Figure {
  const { data } = figure.plotly;
  if (!Array.isArray(data)) {
    return figure;
  }
  const traces = data.filter(isRecord).map((trace) => {
    const epochs = epochsIn(trace);
    return epochs === null ? trace : cut(trace, epochs, epoch);
  });
  return { ...figure, plotly: { ...figure.plotly, data: traces } };
}
