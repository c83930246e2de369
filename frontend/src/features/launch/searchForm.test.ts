import { describe, expect, it } from "vitest";

import { catalog } from "../../testing/catalog";
import {
  configurationCount,
  parseValues,
  readSearch,
  toSearchForm,
  withPaperGrids,
  type SearchForm,
} from "./searchForm";

const off = toSearchForm(null);

function read(form: SearchForm, rules: string[]) {
  const messages: Record<string, string> = {};
  return { search: readSearch(form, rules, messages), messages };
}

describe("parseValues", () => {
  it.each([
    ["0.001", [0.001]],
    [" 0.001,0.003 ,  1e-2", [0.001, 0.003, 0.01]],
    ["0; .5", [0, 0.5]],
    ["0.1,", [0.1]],
    ["", []],
    ["-1", [-1]],
  ])("reads %j", (text, values) => {
    expect(parseValues(text)).toEqual({ ok: true, values });
  });

  it.each(["fast", "0.1, 0.1.2", "1e999", "0.1 to 0.3"])("refuses %j, naming what it cannot read", (text) => {
    const parsed = parseValues(text);
    expect(parsed.ok ? "" : parsed.message).toMatch(/^“(fast|0\.1\.2|1e999|to)” is not a number/);
  });
});

describe("configurationCount", () => {
  it.each([
    [{ lr: "0.1, 0.2, 0.3", weight_decay: "0, 1" }, 6],
    [{ lr: "", feedback_scale: "0.1" }, 1],
    [{ lr: " ", weight_decay: "" }, 0],
    [{}, 0],
    [{ lr: "0.1, x", weight_decay: "0, 1" }, null],
  ])("case %#", (grid, count) => {
    expect(configurationCount(grid)).toBe(count);
  });
});

describe("withPaperGrids", () => {
  it("fills the chosen rules as the paper has them, and no others", () => {
    const form = withPaperGrids(
      { ...off, enabled: true, grids: { mine: { lr: "7" } } },
      ["bp", "fa_dense", "usf_sn", "mine"],
      catalog,
    );
    const counts = Object.entries(form.grids).map(([rule, grid]) => [rule, configurationCount(grid)]);
    expect(Object.fromEntries(counts)).toEqual({ bp: 6, fa_dense: 9, usf_sn: 4, mine: 1 });
    expect(read(form, ["bp"]).search?.grids).toEqual({
      bp: { lr: [0.0005, 0.001, 0.003], weight_decay: [0, 0.0001] },
    });
  });
});

describe("readSearch", () => {
  it("is none while switched off, whatever has been typed", () => {
    const form = { enabled: false, epochs: "?", grids: { bp: { lr: "x" } } };
    expect(read(form, ["bp"])).toEqual({ search: null, messages: {} });
  });

  it("leaves out rules that are not chosen and parameters without values", () => {
    const form = { enabled: true, epochs: "2", grids: { bp: { lr: "0.1", weight_decay: "" }, fa: { lr: "x" } } };
    expect(read(form, ["bp"])).toEqual({ search: { epochs: 2, grids: { bp: { lr: [0.1] } } }, messages: {} });
  });

  it("says at each field what cannot be read", () => {
    const form = { enabled: true, epochs: "1.5", grids: { bp: { lr: "x" } } };
    expect(Object.keys(read(form, ["bp"]).messages).toSorted()).toEqual(["search.epochs", "search.grids.bp.lr"]);
    expect(Object.keys(read({ ...off, enabled: true }, ["bp"]).messages)).toEqual(["search.grids"]);
  });

  it("gives back the search that the form was made from", () => {
    const search = { epochs: 3, grids: { bp: { lr: [0.001, 1e-7], weight_decay: [0], strength: [1, 2.5] } } };
    expect(read(toSearchForm(search), ["bp"])).toEqual({ search, messages: {} });
  });
});
