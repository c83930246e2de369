import type { Catalog, ComparisonRequest, Run } from "../../api/types";

/** The lists of the catalog that the view is chosen from. */
type ViewChoices = Pick<Catalog, "epochs" | "images" | "subsets" | "similarities" | "matrices" | "distances">;

/** Another experiment in the comparison, and which of its runs, by `runKey`. */
interface Addition {
  experiment: string;
  runs: string[] | null;
}

/** One setting of the view: how the address holds it. */
interface Setting<T> {
  key: string;
  /** What the texts under the key say, or undefined where they say nothing that is known. */
  read: (texts: readonly string[], choices: ViewChoices) => T | undefined;
  write: (value: T) => readonly string[];
  default: T;
  /** Written even where it is the default. */
  always?: true;
}

type Asked<K extends keyof ComparisonRequest> = NonNullable<ComparisonRequest[K]>;

// A character that query strings hold as it is.
const SEPARATOR = ".";

function whole(text: string): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

function names(text: string): string[] | undefined {
  const found = text.split(SEPARATOR).filter((name) => name !== "");
  return found.length > 0 ? found : undefined;
}

function wholes(text: string): number[] | undefined {
  const found = text.split(SEPARATOR).flatMap((part) => whole(part) ?? []);
  return found.length > 0 ? found : undefined;
}

function join(parts: readonly (string | number)[] | null): string {
  return (parts ?? []).join(SEPARATOR);
}

/** A setting that one text says. */
function one<T>(
  key: string,
  usual: T,
  read: (text: string, choices: ViewChoices) => T | undefined,
  write: (value: T) => string = String,
): Setting<T> {
  return {
    key,
    read: ([text], choices) => (text === undefined ? undefined : read(text, choices)),
    write: (value) => [write(value)],
    default: usual,
  };
}

/** One of the ids of a list in the catalog, which are what a request takes. */
function fromCatalog<T extends string>(key: string, of: keyof ViewChoices, usual: T): Setting<T> {
  return one(key, usual, (text, choices) => choices[of].map(({ id }) => id as T).find((id) => id === text));
}

/** One of a few that the page alone knows. */
function fromOptions<T extends string | number>(key: string, options: readonly T[], usual: T): Setting<T> {
  return one(key, usual, (text) => options.find((known) => String(known) === text));
}

const EPOCH_NAMES = fromCatalog<"first" | "best" | "last">("epoch", "epochs", "best");

/**
 * What the compare page shows, in the order in which the address holds it: the one place that says
 * how a setting is read, written and left out. Null stands for "all of them".
 */
const SETTINGS = {
  epoch: {
    ...one<Asked<"epoch">>("epoch", "best", (text, choices) => whole(text) ?? EPOCH_NAMES.read([text], choices)),
    always: true,
  },
  estimator: { ...fromCatalog<string>("estimator", "similarities", "unbiased"), always: true },
  distance: { ...fromCatalog<Asked<"distance">>("distance", "distances", "correlation"), always: true },
  images: fromCatalog<Asked<"images">>("images", "images", "probe"),
  subset: fromCatalog<Asked<"subset">>("subset", "subsets", "all"),
  subsetClass: one("class", 0, whole),
  matrices: fromCatalog<Asked<"matrices">>("matrices", "matrices", "ours"),
  rdmSeed: one<number | null>("rdm_seed", null, whole),
  map: fromOptions<Asked<"map">>("map", ["epoch", "trajectory"], "epoch"),
  mapDimensions: fromOptions<Asked<"map_dimensions">>("map_dim", [2, 3], 2),
  /** Whose training is followed. */
  mapSeeds: fromOptions<Asked<"map_seeds">>("map_seeds", ["one", "all"], "one"),
  /** Null stands for the last convolution. */
  exemplarLayer: one<string | null>("layer", null, (text) => text),
  exemplarClass: one("exemplar_class", 0, whole),
  /** The layer of the maps of images. Null stands for the one before the last. */
  spaceLayer: one<string | null>("space_layer", null, (text) => text),
  /** The rules whose maps stand side by side. Null stands for the first two. */
  spaceRules: one<string[] | null>("space_rules", null, (text) => names(text)?.slice(0, 2), join),
  rules: one<string[] | null>("rules", null, names, join),
  seeds: one<number[] | null>("seeds", null, wholes, join),
  /** Runs of the page's own experiment, by `runKey`. */
  runs: one<string[] | null>("runs", null, names, join),
  added: {
    key: "with",
    read: (texts) =>
      texts.flatMap((text) => {
        const [experiment, ...runs] = names(text) ?? [];
        return experiment === undefined ? [] : [{ experiment, runs: runs.length > 0 ? runs : null }];
      }),
    write: (added) => added.map(({ experiment, runs }) => join([experiment, ...(runs ?? [])])),
    default: [] as Addition[],
  } satisfies Setting<Addition[]>,
};

/** What the compare page shows, as its URL holds it. */
export type CompareView = { [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K]["default"] };

const EACH = Object.entries(SETTINGS) as [keyof CompareView, Setting<unknown>][];
const KEYS: ReadonlySet<string> = new Set(EACH.map(([, { key }]) => key));

/** Reads the view from the query string; what is missing or unknown takes its default. */
export function readView(params: URLSearchParams, choices: ViewChoices): CompareView {
  const view = EACH.map(([name, { key, read, default: usual }]) => [name, read(params.getAll(key), choices) ?? usual]);
  return Object.fromEntries(view) as CompareView;
}

/**
 * Writes the view into a query string that may hold more; measures always, everything else only
 * where it is not the default.
 */
export function writeView(view: CompareView, others = new URLSearchParams()): URLSearchParams {
  const own = EACH.flatMap(([name, { key, write, default: usual, always }]) =>
    view[name] === usual && !always ? [] : write(view[name]).map((text) => [key, text]),
  );
  return new URLSearchParams([...own, ...[...others].filter(([key]) => !KEYS.has(key))]);
}

/** The measure of similarity that is computed: images that come in batches allow only one that streams. */
export function similarityOf(
  { images, estimator }: Pick<CompareView, "images" | "estimator">,
  { similarities }: Pick<Catalog, "similarities">,
): string {
  const streaming = similarities.filter(({ streams }) => streams);
  const fits = images === "probe" || streaming.some(({ id }) => id === estimator);
  return fits ? estimator : (streaming[0]?.id ?? estimator);
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
export function toRequest(
  view: CompareView,
  runs: readonly Run[],
  choices: Pick<Catalog, "similarities">,
): ComparisonRequest | null {
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
    estimator: similarityOf(view, choices),
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
