import type { Catalog, SearchSpec } from "../../api/types";
import { parseNumber, type ParameterTexts } from "../../lib/parameters";

const USUAL_EPOCHS = 5;

/** A hyperparameter search as typed: by rule and parameter, the values to try. */
export interface SearchForm {
  enabled: boolean;
  epochs: string;
  grids: Record<string, ParameterTexts>;
}

type ParsedValues = { ok: true; values: number[] } | { ok: false; message: string };

/** Reads values written as `0.001, 3e-3`; an empty text is no values. */
export function parseValues(text: string): ParsedValues {
  const values: number[] = [];
  for (const token of text.split(/[,;\s]+/).filter((part) => part !== "")) {
    const value = parseNumber(token);
    if (value === null) {
      return { ok: false, message: `“${token}” is not a number. Write values as 0.001, 0.003 or 1e-3.` };
    }
    values.push(value);
  }
  return { ok: true, values };
}

/** How many settings a rule is tried with: 0 where it is not searched, null where a text cannot be read. */
export function configurationCount(grid: ParameterTexts): number | null {
  const parsed = Object.values(grid).map(parseValues);
  if (parsed.some((values) => !values.ok)) {
    return null;
  }
  const counts = parsed.map((values) => (values.ok ? values.values.length : 0)).filter((count) => count > 0);
  return counts.length === 0 ? 0 : counts.reduce((product, count) => product * count, 1);
}

function gridTexts(grid: Readonly<Record<string, readonly number[]>>): ParameterTexts {
  return Object.fromEntries(Object.entries(grid).map(([parameter, values]) => [parameter, values.join(", ")]));
}

/** The form for a spec's search; switched off where the spec has none. */
export function toSearchForm(search: SearchSpec | null | undefined): SearchForm {
  const grids = Object.entries(search?.grids ?? {}).map(([rule, grid]) => [rule, gridTexts(grid)] as const);
  return {
    enabled: Boolean(search),
    epochs: String(search?.epochs ?? USUAL_EPOCHS),
    grids: Object.fromEntries(grids),
  };
}

/** The search with the paper's values for the given rules; those that the paper does not know stay as they are. */
export function withPaperGrids(
  form: SearchForm,
  rules: readonly string[],
  { paper_grids: grids }: Pick<Catalog, "paper_grids">,
): SearchForm {
  const filled = rules.flatMap((rule) => {
    const grid = grids[rule];
    return grid ? [[rule, gridTexts(grid)] as const] : [];
  });
  return { ...form, grids: { ...form.grids, ...Object.fromEntries(filled) } };
}

/** The search that the form describes over the chosen rules, null while it is off; adds what cannot be read. */
export function readSearch(
  form: SearchForm,
  rules: readonly string[],
  messages: Record<string, string>,
): SearchSpec | null {
  if (!form.enabled) {
    return null;
  }
  const epochs = parseNumber(form.epochs);
  if (epochs === null || !Number.isInteger(epochs)) {
    messages["search.epochs"] = "Enter a whole number.";
  }
  const grids: SearchSpec["grids"] = {};
  let typed = false;
  for (const rule of rules) {
    const grid: Record<string, number[]> = {};
    for (const [parameter, text] of Object.entries(form.grids[rule] ?? {})) {
      const parsed = parseValues(text);
      if (!parsed.ok) {
        typed = true;
        messages[`search.grids.${rule}.${parameter}`] = parsed.message;
      } else if (parsed.values.length > 0) {
        typed = true;
        grid[parameter] = parsed.values;
      }
    }
    if (Object.keys(grid).length > 0) {
      grids[rule] = grid;
    }
  }
  if (!typed) {
    messages["search.grids"] = "Enter values for at least one rule, or use the paper's grid.";
  }
  return { epochs: epochs ?? 0, grids };
}
