import type { Catalog, ExperimentSummary } from "./types";
import { formatSeeds } from "../lib/seeds";
import { plural } from "../lib/format";

/** One line on what an experiment trains, with the catalog's names once they are known. */
export function settingsText(experiment: ExperimentSummary, catalog: Catalog | undefined): string {
  const dataset = catalog?.datasets.find((item) => item.id === experiment.dataset)?.name ?? experiment.dataset;
  const architecture =
    catalog?.architectures.find((item) => item.id === experiment.architecture)?.name ?? experiment.architecture;
  const seeds = experiment.seeds.length === 1 ? "seed" : "seeds";
  const own = experiment.initialisation === "independent" ? " · independent initialisation" : "";
  return `${dataset} · ${architecture} · ${plural(experiment.epochs, "epoch")} · ${seeds} ${formatSeeds(experiment.seeds)}${own}`;
}
