import { describe, expect, it } from "vitest";

import { parametersText, parameterTexts, parseNumber } from "./parameters";

describe("parametersText", () => {
  it.each([
    [{ lr: 0.001, weight_decay: 0.0001 }, "lr 0.001 · decay 0.0001"],
    [{ weight_decay: 0, feedback_scale: 0.1, lr: 0.01 }, "lr 0.01 · scale 0.1"],
    [{ lr: 1e-7, weight_decay: 0, normalization: "frobenius" }, "lr 1e-7 · frobenius norm"],
    [{}, ""],
  ])("case %#", (parameters, text) => {
    expect(parametersText(parameters)).toBe(text);
  });
});

describe("parameterTexts", () => {
  it("says only what it is asked for, zero included", () => {
    const parameters = { lr: 0.001, weight_decay: 0, feedback_scale: 0.1 };
    expect(parameterTexts(parameters, ["weight_decay", "lr"])).toEqual(["lr 0.001", "decay 0"]);
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
