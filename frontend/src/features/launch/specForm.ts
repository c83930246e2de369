import type { Catalog, ExperimentSpec, FieldError, Initialisation, Preset, Rule, RuleSpec } from "../../api/types";
import { parseNumber, type ParameterTexts } from "../../lib/parameters";
import { readSearch, toSearchForm, type SearchForm } from "./searchForm";
import { formatSeeds, parseSeeds } from "../../lib/seeds";

/** The numbers of the form, kept as the reader typed them. */
const NUMBER_FIELDS = [
  "epochs",
  "batch_size",
  "image_size",
  "track_every",
  "track_global_every",
  "probe_size",
] as const;
export type NumberField = (typeof NUMBER_FIELDS)[number];

/** A value for each of these numbers. */
function byField<T>(valueOf: (field: NumberField) => T): Record<NumberField, T> {
  return Object.fromEntries(NUMBER_FIELDS.map((field) => [field, valueOf(field)])) as Record<NumberField, T>;
}

export interface RuleForm {
  rule: string;
  enabled: boolean;
  values: ParameterTexts;
  /** By the id of a parameter that takes one of several options: the option's id. */
  choices: ParameterTexts;
}

export interface SpecForm {
  name: string;
  dataset: string;
  folder: string;
  architecture: string;
  rules: RuleForm[];
  seeds: string;
  initialisation: Initialisation;
  numbers: Record<NumberField, string>;
  augment: boolean | null;
  search: SearchForm;
}

/** Messages by field: `epochs`, `seeds`, `rules.<rule id>.<parameter>`, or `search.grids.<rule id>.<parameter>`. */
export type FieldMessages = Record<string, string>;

function ruleForm(rule: Rule, spec: RuleSpec | undefined): RuleForm {
  // A rule's parameters are fields of its spec, under ids that only the catalog knows.
  const given: Readonly<Record<string, unknown>> = { ...spec };
  return {
    rule: rule.id,
    enabled: spec !== undefined,
    values: Object.fromEntries(rule.parameters.map(({ id, default: usual }) => [id, String(given[id] ?? usual)])),
    choices: Object.fromEntries(rule.choices.map(({ id, options }) => [id, String(given[id] ?? options[0]?.id ?? "")])),
  };
}

/** The form for a spec: every rule of the catalog, those of the spec switched on. */
export function toForm(spec: ExperimentSpec, catalog: Catalog): SpecForm {
  return {
    name: spec.name,
    dataset: spec.dataset,
    folder: spec.folder ?? "",
    architecture: spec.architecture,
    rules: catalog.rules.map((rule) =>
      ruleForm(
        rule,
        spec.rules.find((item) => item.rule === rule.id),
      ),
    ),
    seeds: formatSeeds(spec.seeds),
    initialisation: spec.initialisation,
    numbers: byField((field) => String(spec[field])),
    augment: spec.augment ?? null,
    search: toSearchForm(spec.search),
  };
}

/** The spec of a copy: all as it was, under a name that says so. */
export function cloneSpec(spec: ExperimentSpec): ExperimentSpec {
  return { ...spec, name: /^copy of /i.test(spec.name) ? spec.name : `Copy of ${spec.name}` };
}

/** The spec of an experiment's other arm: the same but for what rules begin with. */
export function otherArm(spec: ExperimentSpec): ExperimentSpec {
  const initialisation = spec.initialisation === "shared" ? "independent" : "shared";
  const name = spec.name.replace(/, (shared|independent) initialisation$/, "");
  return { ...spec, initialisation, name: `${name}, ${initialisation} initialisation` };
}

/** The preset that the form holds with nothing changed, if any. */
export function matchingPreset(form: SpecForm, presets: readonly Preset[], catalog: Catalog): string | null {
  const { spec: held, messages } = readForm(form);
  const same = (spec: ExperimentSpec) => JSON.stringify(readForm(toForm(spec, catalog)).spec) === JSON.stringify(held);
  return Object.keys(messages).length > 0 ? null : (presets.find(({ spec }) => same(spec))?.id ?? null);
}

interface ReadForm {
  spec: ExperimentSpec;
  messages: FieldMessages;
}

/** The spec that the form describes, and what cannot be read as a number or a list of seeds. */
export function readForm(form: SpecForm): ReadForm {
  const messages: FieldMessages = {};
  const numbers = byField((field) => {
    const value = parseNumber(form.numbers[field]);
    if (value !== null && Number.isInteger(value)) {
      return value;
    }
    messages[field] = "Enter a whole number.";
    return 0;
  });
  const seeds = parseSeeds(form.seeds);
  if (!seeds.ok) {
    messages["seeds"] = seeds.message;
  }
  if (form.dataset === "folder" && form.folder.trim() === "") {
    messages["folder"] = "Enter the folder that contains the images.";
  }
  const rules = form.rules.filter((rule) => rule.enabled).map((rule) => readRule(rule, messages));
  const search = readSearch(
    form.search,
    rules.map(({ rule }) => rule),
    messages,
  );
  return {
    spec: {
      name: form.name.trim(),
      dataset: form.dataset,
      folder: form.dataset === "folder" ? form.folder.trim() || null : null,
      architecture: form.architecture,
      rules,
      seeds: seeds.ok ? seeds.seeds : [],
      initialisation: form.initialisation,
      augment: form.augment,
      search,
      ...numbers,
    },
    messages,
  };
}

function readRule(form: RuleForm, messages: FieldMessages): RuleSpec {
  const numbers: Record<string, number> = {};
  for (const [parameter, text] of Object.entries(form.values)) {
    const value = parseNumber(text);
    if (value === null) {
      messages[`rules.${form.rule}.${parameter}`] = "Enter a number, such as 0.001 or 1e-3.";
    } else {
      numbers[parameter] = value;
    }
  }
  return { ...numbers, ...form.choices, rule: form.rule };
}

/** The service's field errors under the form's names: rules by id, not by place in the request. */
export function fieldMessages(errors: readonly FieldError[], spec: ExperimentSpec): FieldMessages {
  const messages: FieldMessages = {};
  for (const { field, message } of errors) {
    const named = field
      .replace(/^body\./, "")
      .replace(/^rules\.(\d+)/, (whole, place: string) => {
        const rule = spec.rules[Number(place)];
        return rule ? `rules.${rule.rule}` : whole;
      })
      .replace(/^seeds\.\d+$/, "seeds");
    messages[named] ??= message;
  }
  return messages;
}

/** Whether a problem sits at a field or below it. */
export function hasMessage(messages: FieldMessages, field: string): boolean {
  return Object.keys(messages).some((name) => name === field || name.startsWith(`${field}.`));
}

/** Whether the form has a place to show a message for this field. */
export function hasPlace(field: string, form: SpecForm): boolean {
  const places = [
    "name",
    "dataset",
    "folder",
    "architecture",
    "seeds",
    "initialisation",
    "augment",
    "rules",
    ...NUMBER_FIELDS,
  ];
  const [first = "", ...below] = field.split(".");
  if (below.length === 0) {
    return places.includes(first);
  }
  if (first === "rules") {
    return hasRulePlace(below, form.rules, ["rule"]);
  }
  const [part, ...grid] = below;
  const chosen = form.rules.filter((rule) => rule.enabled);
  return (
    first === "search" &&
    form.search.enabled &&
    (part === "epochs" || (part === "grids" && (grid.length === 0 || hasRulePlace(grid, chosen, []))))
  );
}

/** Whether one of the rules shows messages at `rule` or `rule.parameter`. */
function hasRulePlace(path: readonly string[], rules: readonly RuleForm[], others: readonly string[]): boolean {
  const [id, parameter] = path;
  const own = rules.find((rule) => rule.rule === id);
  return (
    own !== undefined &&
    (parameter === undefined || others.includes(parameter) || parameter in own.values || parameter in own.choices)
  );
}
