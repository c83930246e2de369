import { describe, expect, it } from "vitest";

import { makeRun } from "../testing/fixtures";
import { comparableRuns, readView, selectedRuns, toggle, toRequest, writeView } from "./compareView";

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
      images: "probe",
      subset: "all",
      subsetClass: 0,
      estimator: "unbiased",
      matrices: "ours",
      distance: "correlation",
      rdmSeed: null,
      map: "epoch",
      mapDimensions: 2,
      mapSeeds: "one",
      exemplarLayer: null,
      exemplarClass: 0,
      spaceLayer: null,
      spaceRules: null,
      rules: null,
      seeds: null,
      runs: null,
      added: [],
    });
  });

  it.each([
    "epoch=last&estimator=minibatch&distance=euclidean&rdm_seed=1&rules=bp.usf_sn&seeds=0.1",
    "epoch=12&estimator=unbiased&distance=correlation&images=validation_and_test&subset=both_correct",
    "epoch=0&estimator=biased&distance=correlation&subset=one_class&class=3&matrices=difference",
    "epoch=best&estimator=unbiased&distance=correlation&runs=bp-0.usf_sn-0&with=b1.bp-1&with=c2",
    "epoch=best&estimator=rsa_spearman&distance=cosine&map=trajectory&layer=conv1&exemplar_class=4",
    "epoch=best&estimator=unbiased&distance=correlation&matrices=beside&map=trajectory&map_dim=3&map_seeds=all",
    "epoch=best&estimator=unbiased&distance=correlation&space_layer=fc1&space_rules=usf_sn.bp",
  ])("reads back what it wrote", (query) => {
    const view = readView(new URLSearchParams(query));
    expect(writeView(view).toString()).toBe(query);
  });
});

describe("writing the view", () => {
  it("keeps what else the address holds, and replaces what is its own", () => {
    const old = new URLSearchParams("panels=rdms&epoch=3&with=b1&rules=bp");
    const view = { ...readView(old), epoch: "last", added: [], rules: null } as const;
    expect(writeView({ ...view, added: [] }, old).toString()).toBe(
      "epoch=last&estimator=unbiased&distance=correlation&panels=rdms",
    );
  });
});

describe("the runs that can be compared", () => {
  it("are those that completed, and of them those that are chosen", () => {
    const some = [...runs, makeRun({ id: "e", rule: "usf_sn", seed: 2, state: "failed" })];
    expect(comparableRuns(some).map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
    expect(comparableRuns(some, ["usf_sn-1", "usf_sn-2", "bp-7"]).map(({ id }) => id)).toEqual(["d"]);
  });
});

describe("the request", () => {
  const all = readView(new URLSearchParams());

  it("names no run when every one is taken, so that one comparison has one address", () => {
    expect(toRequest(all, runs)?.run_ids).toBeNull();
  });

  it("names every run where runs of other experiments are added, or some of its own left out", () => {
    const added = [{ experiment: "b1", runs: null }];
    expect(toRequest({ ...all, added }, runs)?.run_ids).toEqual(["a", "b", "c", "d"]);
    expect(toRequest({ ...all, runs: ["bp-0"] }, runs.slice(0, 1))?.run_ids).toEqual(["a"]);
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

  it("compares images in batches by the one estimator that can", () => {
    const view = { ...all, estimator: "biased", images: "validation_and_test" } as const;
    expect(toRequest(view, runs)?.estimator).toBe("minibatch");
    expect(toRequest({ ...view, images: "probe" }, runs)?.estimator).toBe("biased");
  });

  it("names a class only where one is compared, so that one comparison has one address", () => {
    expect(toRequest({ ...all, subsetClass: 3 }, runs)?.subset_class).toBe(0);
    expect(toRequest({ ...all, subset: "one_class", subsetClass: 3 }, runs)?.subset_class).toBe(3);
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
