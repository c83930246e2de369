import { describe, expect, it } from "vitest";

import { settingsList } from "./settingsList";

const named = (rules: Record<string, string>) => ({
  rules: new Map(Object.entries(rules)),
  parameters: { lr: "Learning rate", weight_decay: "Weight decay", strength: "Strength", normalization: "Norm" },
});

describe("settingsList", () => {
  it("writes a frozen spec in words and leaves out what it does not know", () => {
    const spec = {
      name: "Two rules",
      dataset: "digits",
      image_size: 24,
      augment: null,
      secret: "hidden",
      seeds: [0, 1, 2],
      rules: [
        { rule: "usf_sn", normalization: "frobenius", lr: 0.001, feedback_scale: null, strength: 2.5 },
        { rule: "bp" },
      ],
    };
    expect(settingsList(spec, named({ usf_sn: "uSF SN" }))).toEqual([
      { label: "Data set", text: "digits" },
      { label: "Image size", text: "24 × 24 pixels" },
      { label: "Augmentation", text: "the data set's default" },
      { label: "Seeds", text: "0-2" },
      { label: "uSF SN", text: "learning rate 0.001; strength 2.5; norm frobenius" },
      { label: "bp", text: "defaults" },
    ]);
  });

  it("says over which values a search went, instead of what it replaced", () => {
    const spec = {
      rules: [{ rule: "bp", lr: 0.5, weight_decay: 0, tau: 3 }],
      search: { epochs: 2, grids: { bp: { lr: [0.001, 0.003] } } },
    };
    expect(settingsList(spec, named({ bp: "BP" }))).toEqual([
      { label: "Hyperparameter search", text: "2 epochs per trial" },
      { label: "BP", text: "learning rate searched over 0.001, 0.003; weight decay 0; tau 3" },
    ]);
  });

  it("stands a spec that lacks everything", () => {
    expect(settingsList({}, named({}))).toEqual([]);
  });
});
