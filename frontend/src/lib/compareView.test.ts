import { describe, expect, it } from "vitest";

import { makeRun } from "../testing/fixtures";
import { readView, selectedRuns, toggle, toRequest, writeView } from "./compareView";

const runs = [
  makeRun({ id: "a", rule: "bp", seed: 0 }),
  makeRun({ id: "b", rule: "usf_sn", seed: 0 }),
  makeRun({ id: "c", rule: "bp", seed: 1 }),
  makeRun({ id: "d", rule: "usf_sn", seed: 1 }),
];

describe("the view in the URL", () => {
  it("takes defaults for what is missing or unknown", () => {
    const view = readView(new URLSearchParams("epoch=tomorrow&seeds=x.-1&rdm_seed=two"));
    expect(view).toEqual({
      epoch: "best",
      estimator: "unbiased",
      distance: "correlation",
      rdmSeed: null,
      rules: null,
      seeds: null,
    });
  });

  it("reads back what it wrote", () => {
    const query = "epoch=last&estimator=minibatch&distance=euclidean&rdm_seed=1&rules=bp.usf_sn&seeds=0.1";
    const view = readView(new URLSearchParams(query));
    expect(writeView(view).toString()).toBe(query);
  });
});

describe("the request", () => {
  const all = readView(new URLSearchParams());

  it("names no run when every one is taken, so that one comparison has one address", () => {
    expect(toRequest(all, runs)?.run_ids).toBeNull();
  });

  it("crosses rules with seeds", () => {
    const view = { ...all, rules: ["bp"], seeds: [1] };
    expect(selectedRuns(view, runs).map((run) => run.id)).toEqual(["c"]);
    expect(toRequest(view, runs)?.run_ids).toEqual(["c"]);
  });

  it("drops an RDM seed that is not among the selected runs", () => {
    expect(toRequest({ ...all, seeds: [0], rdmSeed: 1 }, runs)?.rdm_seed).toBeNull();
    expect(toRequest({ ...all, rdmSeed: 1 }, runs)?.rdm_seed).toBe(1);
  });

  it("asks for nothing when nothing is selected", () => {
    expect(toRequest({ ...all, rules: ["fa_dense"] }, runs)).toBeNull();
  });
});

describe("toggle", () => {
  const rules = ["bp", "fa_dense", "usf_sn"];

  it("takes out, puts back, and says null for all", () => {
    expect(toggle(null, "fa_dense", rules)).toEqual(["bp", "usf_sn"]);
    expect(toggle(["bp", "usf_sn"], "fa_dense", rules)).toBeNull();
    expect(toggle(["usf_sn"], "bp", rules)).toEqual(["bp", "usf_sn"]);
  });

  it("keeps the last one", () => {
    expect(toggle(["bp"], "bp", rules)).toEqual(["bp"]);
    expect(toggle(null, "bp", ["bp"])).toBeNull();
  });
});
