import { isRecord } from "../../lib/record";
import { formatSeeds } from "../../lib/seeds";

export interface Setting {
  label: string;
  text: string;
}

const LABELS: readonly [key: string, label: string][] = [
  ["dataset", "Data set"],
  ["architecture", "Architecture"],
  ["epochs", "Epochs"],
  ["batch_size", "Batch size"],
  ["image_size", "Image size"],
  ["augment", "Augmentation"],
  ["track_every", "Measured every"],
  ["track_global_every", "Compared with BP every"],
  ["probe_size", "Probe size"],
];

function valueText(key: string, value: unknown): string {
  if (key === "augment") {
    return value === null || value === undefined ? "the data set's default" : value === true ? "on" : "off";
  }
  const text = String(value);
  return key === "track_every" || key === "track_global_every"
    ? `${text} steps`
    : key === "image_size"
      ? `${text} × ${text} pixels`
      : text;
}

function ruleText(rule: Record<string, unknown>, grid: Record<string, unknown>, names: SettingNames): string {
  const labels = new Map(Object.entries(names.parameters));
  const known = [...labels.keys()].filter((key) => key in rule || key in grid);
  const parts = [...new Set([...known, ...Object.keys(rule), ...Object.keys(grid)])].flatMap((key) => {
    const label = labels.get(key)?.toLowerCase() ?? key;
    const tried = grid[key];
    if (Array.isArray(tried)) {
      return [`${label} searched over ${tried.join(", ")}`];
    }
    return key === "rule" || rule[key] === null || rule[key] === undefined ? [] : [`${label} ${String(rule[key])}`];
  });
  return parts.length > 0 ? parts.join("; ") : "defaults";
}

/** Names by id, of rules and of the numbers that they take. */
interface SettingNames {
  rules: ReadonlyMap<string, string>;
  parameters: Readonly<Record<string, string>>;
}

/** The settings of a shared experiment, in words. */
export function settingsList(spec: Record<string, unknown>, names: SettingNames): Setting[] {
  const settings = LABELS.filter(([key]) => key in spec).map(([key, label]) => ({
    label,
    text: valueText(key, spec[key]),
  }));
  const { seeds, rules } = spec;
  if (Array.isArray(seeds)) {
    settings.push({ label: "Seeds", text: formatSeeds(seeds.filter((seed) => typeof seed === "number")) });
  }
  if (spec["initialisation"] === "independent") {
    settings.push({ label: "Initial weights", text: "independent for each rule" });
  }
  const search = isRecord(spec["search"]) ? spec["search"] : {};
  if ("epochs" in search) {
    settings.push({ label: "Hyperparameter search", text: `${String(search["epochs"])} epochs per trial` });
  }
  const grids = isRecord(search["grids"]) ? search["grids"] : {};
  for (const rule of Array.isArray(rules) ? rules.filter(isRecord) : []) {
    const id = String(rule["rule"]);
    settings.push({
      label: names.rules.get(id) ?? id,
      text: ruleText(rule, isRecord(grids[id]) ? grids[id] : {}, names),
    });
  }
  return settings;
}
