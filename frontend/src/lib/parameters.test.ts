import { describe, expect, it } from "vitest";

import { parametersText, parameterTexts, parseNumber } from "./parameters";

const parameter = (id: string, name: string, usual: number) => ({
  id,
  name,
  default: usual,
  minimum: 0,
  maximum: 10,
  description: "",
  unit: "",
});
const rule = {
  parameters: [
    parameter("lr", "Learning rate", 0.001),
    parameter("weight_decay", "Weight decay", 0),
    parameter("strength", "Strength", 1),
  ],
  choices: [{ id: "normalization", name: "Norm", options: [{ id: "frobenius", name: "Frobenius" }] }],
};

describe("parametersText", () => {
  it.each([
    [{ lr: 0.001, weight_decay: 0.0001 }, "learning rate 0.001 · weight decay 0.0001"],
    [{ weight_decay: 0, strength: 2.5, lr: 0.01 }, "learning rate 0.01 · strength 2.5"],
    [{ lr: 1e-7, weight_decay: 0, normalization: "frobenius" }, "learning rate 1e-7 · frobenius norm"],
    [{ strength: 0 }, "strength 0"],
    [{ momentum: 0.9 }, "momentum 0.9"],
    [{}, ""],
  ])("says what the rule trains with, case %#", (parameters, text) => {
    expect(parametersText(parameters, rule)).toBe(text);
  });

  it("says everything by its id while the catalog is not there", () => {
    expect(parametersText({ lr: 0.1, weight_decay: 0 }, undefined)).toBe("lr 0.1 · weight_decay 0");
  });
});

describe("parameterTexts", () => {
  it("says only what it is asked for, zero included, in the rule's order", () => {
    const parameters = { strength: 2, lr: 0.001, weight_decay: 0 };
    expect(parameterTexts(parameters, ["strength", "weight_decay"], rule)).toEqual(["weight decay 0", "strength 2"]);
  });
});

describe("parseNumber", () => {
  it.each([
    ["1e-3", 0.001],
    [" 2 ", 2],
    ["0", 0],
    ["", null],
    ["fast", null],
    ["Infinity", null],
  ])("reads %j as %s", (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });
});
