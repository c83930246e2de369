import { describe, expect, it } from "vitest";

import { catalog, spec } from "../../testing/catalog";
import { cloneSpec, fieldMessages, hasMessage, hasPlace, matchingPreset, otherArm, readForm, toForm } from "./specForm";

describe("toForm", () => {
  it("shows every rule of the catalog, with the spec's values or the defaults", () => {
    const form = toForm(spec, catalog);
    expect(form.rules.map((rule) => [rule.rule, rule.enabled, rule.values["lr"]])).toEqual([
      ["bp", true, "0.01"],
      ["fa_dense", false, "0.001"],
      ["usf_sn", true, "0.001"],
    ]);
    expect(form.seeds).toBe("0-2");
  });
});

describe("readForm", () => {
  it("gives back the spec with its defaults written out", () => {
    const { spec: read, messages } = readForm(toForm(spec, catalog));
    expect(messages).toEqual({});
    expect(read).toEqual({
      ...spec,
      rules: [
        { rule: "bp", lr: 0.01 },
        { rule: "usf_sn", lr: 0.001, normalization: "frobenius" },
      ],
    });
  });

  it("keeps a parameter that only the catalog knows, of the spec, as typed, and in a copy", () => {
    const strength = {
      id: "strength",
      name: "Strength",
      default: 1,
      minimum: 0.1,
      maximum: 10,
      description: "",
      unit: "factor",
    };
    const known = {
      ...catalog,
      rules: catalog.rules.map((rule) => ({ ...rule, parameters: [...rule.parameters, strength] })),
    };
    const own = { rule: "bp", strength: 2.5 };
    const given = { ...spec, rules: [own, { rule: "usf_sn" }] };
    const form = toForm(cloneSpec(given), known);
    expect(form.rules.map(({ values }) => values["strength"])).toEqual(["2.5", "1", "1"]);
    expect(readForm(form).spec.rules).toEqual([
      { rule: "bp", lr: 0.001, strength: 2.5 },
      { rule: "usf_sn", lr: 0.001, strength: 1, normalization: "frobenius" },
    ]);
    const typed = form.rules.map((rule) => ({ ...rule, values: { ...rule.values, strength: "a lot" } }));
    expect(readForm({ ...form, rules: typed }).messages["rules.bp.strength"]).toContain("Enter a number");
  });

  it("reads scientific notation and refuses what is not a number, at its field", () => {
    const form = toForm(spec, catalog);
    const [first, ...rest] = form.rules;
    const changed = {
      ...form,
      seeds: "zero",
      numbers: { ...form.numbers, epochs: "2.5", batch_size: "" },
      rules: first ? [{ ...first, values: { lr: "1e-2" } }, ...rest] : rest,
    };
    const { spec: read, messages } = readForm(changed);
    expect(read.rules[0]?.lr).toBe(0.01);
    expect(Object.keys(messages).toSorted()).toEqual(["batch_size", "epochs", "seeds"]);
    const unreadable = { ...changed, rules: first ? [{ ...first, values: { lr: "fast" } }] : [] };
    expect(readForm(unreadable).messages["rules.bp.lr"]).toContain("Enter a number");
  });

  it("sends a folder only where the data set takes one", () => {
    const form = { ...toForm(spec, catalog), folder: "/data/birds" };
    expect(readForm(form).spec.folder).toBeNull();
    expect(readForm({ ...form, dataset: "folder" }).spec.folder).toBe("/data/birds");
    expect(readForm({ ...form, dataset: "folder", folder: " " }).messages).toHaveProperty("folder");
  });
});

describe("a search in the form", () => {
  it("covers only the rules that are switched on", () => {
    const form = toForm(spec, catalog);
    const search = { enabled: true, epochs: "2", grids: { bp: { lr: "0.1, 0.2" }, fa_dense: { lr: "0.1" } } };
    expect(readForm({ ...form, search }).spec.search).toEqual({ epochs: 2, grids: { bp: { lr: [0.1, 0.2] } } });
    expect(readForm({ ...form, search: { ...search, enabled: false } }).spec.search).toBeNull();
  });
});

describe("fieldMessages", () => {
  it("names rules by id and keeps the first message of a field", () => {
    const messages = fieldMessages(
      [
        { field: "rules.1.lr", message: "too large" },
        { field: "body.epochs", message: "too many" },
        { field: "epochs", message: "second" },
        { field: "seeds.3", message: "negative" },
        { field: "rules.9.lr", message: "elsewhere" },
      ],
      spec,
    );
    expect(messages).toEqual({
      "rules.usf_sn.lr": "too large",
      epochs: "too many",
      seeds: "negative",
      "rules.9.lr": "elsewhere",
    });
    expect(hasMessage(messages, "rules.usf_sn")).toBe(true);
    expect(hasMessage(messages, "rules.usf")).toBe(false);
  });
});

describe("hasPlace", () => {
  const plain = toForm(spec, catalog);
  const form = { ...plain, search: { ...plain.search, enabled: true } };
  it("has none for a search that is off", () => {
    expect(hasPlace("search.epochs", plain)).toBe(false);
  });
  it.each([
    ["epochs", true],
    ["rules", true],
    ["rules.bp.lr", true],
    ["rules.bp.feedback_scale", false],
    ["rules.9.lr", false],
    ["colour", false],
    ["initialisation", true],
    ["search.epochs", true],
    ["search.grids", true],
    ["search.grids.bp", true],
    ["search.grids.bp.lr", true],
    ["search.grids.bp.momentum", false],
    ["search.grids.fa_dense.lr", false],
    ["search.colour", false],
  ])("knows whether %s can be shown at its field", (field, shown) => {
    expect(hasPlace(field, form)).toBe(shown);
  });
});

describe("where a form comes from", () => {
  const presets = [
    { id: "other", name: "Other", description: "", spec: { ...spec, epochs: 3 } },
    { id: "two", name: "Two", description: "", spec },
  ];
  it("knows the preset that it holds until something is changed", () => {
    const form = toForm(spec, catalog);
    expect(matchingPreset(form, presets, catalog)).toBe("two");
    expect(matchingPreset({ ...form, seeds: "0-3" }, presets, catalog)).toBeNull();
  });

  it("names a copy once", () => {
    const copy = cloneSpec(spec);
    expect(copy).toEqual({ ...spec, name: "Copy of Two rules" });
    expect(cloneSpec(copy).name).toBe("Copy of Two rules");
  });

  it("turns an arm to the other and back", () => {
    const arm = otherArm(spec);
    expect(arm).toEqual({
      ...spec,
      initialisation: "independent",
      name: "Two rules, independent initialisation",
    });
    expect(readForm(toForm(arm, catalog)).spec.initialisation).toBe("independent");
    expect(otherArm(arm)).toEqual({ ...spec, name: "Two rules, shared initialisation" });
  });
});
