import type { ComparisonRequest, Run } from "../api/types";
import { oneOf } from "./choice";

/** What the compare page shows, as its URL holds it. Null stands for "all of them". */
export interface CompareView {
  epoch: NonNullable<ComparisonRequest["epoch"]>;
  images: NonNullable<ComparisonRequest["images"]>;
  subset: NonNullable<ComparisonRequest["subset"]>;
  subsetClass: number;
  estimator: NonNullable<ComparisonRequest["estimator"]>;
  matrices: NonNullable<ComparisonRequest["matrices"]>;
  distance: NonNullable<ComparisonRequest["distance"]>;
  rdmSeed: number | null;
  map: NonNullable<ComparisonRequest["map"]>;
  mapDimensions: NonNullable<ComparisonRequest["map_dimensions"]>;
  /** Whose training is followed. */
  mapSeeds: NonNullable<ComparisonRequest["map_seeds"]>;
  /** Null stands for the last convolution. */
  exemplarLayer: string | null;
  exemplarClass: number;
  /** The layer of the maps of images. Null stands for the one before the last. */
  spaceLayer: string | null;
  /** The rules whose maps stand side by side. Null stands for the first two. */
  spaceRules: string[] | null;
  rules: string[] | null;
  seeds: number[] | null;
  /** Runs of the page's own experiment, by `runKey`. */
  runs: string[] | null;
  added: Addition[];
}

/** Another experiment in the comparison, and which of its runs, by `runKey`. */
export interface Addition {
  experiment: string;
  runs: string[] | null;
}

// A character that query strings hold as it is.
const SEPARATOR = ".";
const EPOCHS = ["first", "best", "last"] as const;
const IMAGES = ["probe", "validation_and_test"] as const;
const SUBSETS = ["all", "both_correct", "bp_correct_method_wrong", "one_class"] as const;
const ESTIMATORS = [
  "unbiased",
  "minibatch",
  "biased",
  "rbf",
  "procrustes",
  "neighbours",
  "regression",
  "svcca",
  "pwcca",
  "rsa_corr",
  "rsa_cosine",
  "rsa_spearman",
  "rsa_rho_a",
  "rsa_tau_a",
  "rsa_cosine_cov",
  "rsa_corr_cov",
] as const;
export const MATRICES = ["ours", "paper", "beside", "difference"] as const;
const MAPS = ["epoch", "trajectory"] as const;
const MAP_SEEDS = ["one", "all"] as const;
const DISTANCES = ["correlation", "cosine", "euclidean"] as const;

/** The one measure of images that are compared in batches. */
export const STREAMING_ESTIMATOR = "minibatch";

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
}

function seedList(text: string | null): number[] {
  return (text ?? "")
    .split(SEPARATOR)
    .filter((part) => /^\d+$/.test(part))
    .map(Number);
}

function names(text: string | null): string[] | null {
  const found = (text ?? "").split(SEPARATOR).filter((name) => name !== "");
  return found.length > 0 ? found : null;
}

function addition(text: string): Addition[] {
  const [experiment, ...runs] = names(text) ?? [];
  return experiment === undefined ? [] : [{ experiment, runs: runs.length > 0 ? runs : null }];
}

/** An epoch by its name or number. */
export function readEpoch(text: string | null): CompareView["epoch"] {
  return whole(text) ?? oneOf(EPOCHS, text, "best");
}

/** Reads the view from the query string; what is missing or unknown takes its default. */
export function readView(params: URLSearchParams): CompareView {
  const spaceRules = names(params.get("space_rules"));
  const seeds = seedList(params.get("seeds"));
  return {
    epoch: readEpoch(params.get("epoch")),
    images: oneOf(IMAGES, params.get("images"), "probe"),
    subset: oneOf(SUBSETS, params.get("subset"), "all"),
    subsetClass: whole(params.get("class")) ?? 0,
    estimator: oneOf(ESTIMATORS, params.get("estimator"), "unbiased"),
    matrices: oneOf(MATRICES, params.get("matrices"), "ours"),
    distance: oneOf(DISTANCES, params.get("distance"), "correlation"),
    rdmSeed: seedList(params.get("rdm_seed"))[0] ?? null,
    map: oneOf(MAPS, params.get("map"), "epoch"),
    mapDimensions: params.get("map_dim") === "3" ? 3 : 2,
    mapSeeds: oneOf(MAP_SEEDS, params.get("map_seeds"), "one"),
    exemplarLayer: params.get("layer"),
    exemplarClass: whole(params.get("exemplar_class")) ?? 0,
    spaceLayer: params.get("space_layer"),
    spaceRules: spaceRules?.slice(0, 2) ?? null,
    rules: names(params.get("rules")),
    seeds: seeds.length > 0 ? seeds : null,
    runs: names(params.get("runs")),
    added: params.getAll("with").flatMap(addition),
  };
}

const WRITTEN =
  "epoch estimator distance images subset class matrices rdm_seed map layer exemplar_class space_layer space_rules rules seeds runs with".split(
    " ",
  );

/** The measure of similarity that is computed: images that come in batches allow one alone. */
export function similarityOf({
  images,
  estimator,
}: Pick<CompareView, "images" | "estimator">): CompareView["estimator"] {
  return images === "probe" ? estimator : STREAMING_ESTIMATOR;
}

/**
 * Writes the view into a query string that may hold more; measures always, selections only where
 * they leave something out.
 */
export function writeView(view: CompareView, others = new URLSearchParams()): URLSearchParams {
  const params = new URLSearchParams({
    epoch: String(view.epoch),
    estimator: view.estimator,
    distance: view.distance,
  });
  if (view.images !== "probe") {
    params.set("images", view.images);
  }
  if (view.subset !== "all") {
    params.set("subset", view.subset);
  }
  if (view.subset === "one_class") {
    params.set("class", String(view.subsetClass));
  }
  if (view.matrices !== "ours") {
    params.set("matrices", view.matrices);
  }
  if (view.rdmSeed !== null) {
    params.set("rdm_seed", String(view.rdmSeed));
  }
  if (view.map !== "epoch") {
    params.set("map", view.map);
  }
  if (view.mapDimensions !== 2) {
    params.set("map_dim", String(view.mapDimensions));
  }
  if (view.mapSeeds !== "one") {
    params.set("map_seeds", view.mapSeeds);
  }
  if (view.exemplarLayer !== null) {
    params.set("layer", view.exemplarLayer);
  }
  if (view.exemplarClass !== 0) {
    params.set("exemplar_class", String(view.exemplarClass));
  }
  if (view.spaceLayer !== null) {
    params.set("space_layer", view.spaceLayer);
  }
  if (view.spaceRules !== null) {
    params.set("space_rules", view.spaceRules.join(SEPARATOR));
  }
  if (view.rules !== null) {
    params.set("rules", view.rules.join(SEPARATOR));
  }
  if (view.seeds !== null) {
    params.set("seeds", view.seeds.join(SEPARATOR));
  }
  if (view.runs !== null) {
    params.set("runs", view.runs.join(SEPARATOR));
  }
  for (const { experiment, runs } of view.added) {
    params.append("with", [experiment, ...(runs ?? [])].join(SEPARATOR));
  }
  for (const [key, value] of others) {
    if (!WRITTEN.includes(key)) {
      params.append(key, value);
    }
  }
  return params;
}

/** What names a run within its experiment, in an address. */
export function runKey(run: Run): string {
  return `${run.rule}-${run.seed}`;
}

/** Those of an experiment's runs that have completed and are chosen, in its order. */
export function comparableRuns(runs: readonly Run[], chosen: readonly string[] | null = null): Run[] {
  return runs.filter((run) => run.state === "completed" && (chosen === null || chosen.includes(runKey(run))));
}

/** Those of the runs that the view does not leave out by their rule or seed. */
export function selectedRuns(view: CompareView, runs: readonly Run[]): Run[] {
  return runs.filter(
    (run) =>
      (view.rules === null || view.rules.includes(run.rule)) && (view.seeds === null || view.seeds.includes(run.seed)),
  );
}

/** The request that computes the view, or null where it selects no run. */
export function toRequest(view: CompareView, runs: readonly Run[]): ComparisonRequest | null {
  const selected = selectedRuns(view, runs);
  if (selected.length === 0) {
    return null;
  }
  const seeds = new Set(selected.map((run) => run.seed));
  const rdmSeed = view.rdmSeed !== null && seeds.has(view.rdmSeed) ? view.rdmSeed : null;
  const everyRun = view.runs === null && view.added.length === 0;
  return {
    epoch: view.epoch,
    images: view.images,
    subset: view.subset,
    subset_class: view.subset === "one_class" ? view.subsetClass : 0,
    estimator: view.images === "probe" ? view.estimator : STREAMING_ESTIMATOR,
    matrices: view.matrices,
    distance: view.distance,
    run_ids: everyRun && selected.length === runs.length ? null : selected.map((run) => run.id),
    rdm_seed: rdmSeed,
    map: view.map,
    map_dimensions: view.mapDimensions,
    map_seeds: view.map === "trajectory" ? view.mapSeeds : "one",
    exemplar_layer: view.exemplarLayer,
    exemplar_class: view.exemplarClass,
    space_layer: view.spaceLayer,
    space_rules: view.spaceRules,
  };
}

/**
 * Takes an option out of a selection or puts it back, in the order of `all`. The last one stays:
 * a comparison of nothing shows nothing. Null means all.
 */
export function toggle<T>(selection: readonly T[] | null, option: T, all: readonly T[]): T[] | null {
  const chosen = new Set(selection ?? all);
  if (chosen.has(option)) {
    chosen.delete(option);
  } else {
    chosen.add(option);
  }
  const next = all.filter((item) => chosen.has(item));
  if (next.length === 0) {
    return selection === null ? null : [...selection];
  }
  return next.length === all.length ? null : next;
}
