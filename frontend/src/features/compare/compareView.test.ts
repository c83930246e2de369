import { describe, expect, it } from "vitest";

import { catalog } from "../../testing/catalog";
import { makeRun } from "../../testing/fixtures";
import { comparableRuns, readView, selectedRuns, toggle, toRequest, writeView, type CompareView } from "./compareView";

const runs = [
  makeRun({ id: "a", rule: "bp", seed: 0 }),
  makeRun({ id: "b", rule: "usf_sn", seed: 0 }),
  makeRun({ id: "c", rule: "bp", seed: 1 }),
  makeRun({ id: "d", rule: "usf_sn", seed: 1 }),
];

describe("the view in the URL", () => {
  it("takes defaults for what is missing or unknown", () => {
    const view = readView(new URLSearchParams("epoch=tomorrow&seeds=x.-1&rdm_seed=two"), catalog);
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
    const view = readView(new URLSearchParams(query), catalog);
    expect(writeView(view).toString()).toBe(query);
  });
});

describe("writing the view", () => {
  it("keeps what else the address holds, and replaces what is its own", () => {
    const old = new URLSearchParams("panels=rdms&epoch=3&with=b1&rules=bp");
    const view = { ...readView(old, catalog), epoch: "last", added: [], rules: null } as const;
    expect(writeView({ ...view, added: [] }, old).toString()).toBe(
      "epoch=last&estimator=unbiased&distance=correlation&panels=rdms",
    );
  });
});

describe("a measure that only the catalog knows", () => {
  const known = {
    ...catalog,
    similarities: [...catalog.similarities, ...catalog.similarities.slice(0, 1).map((one) => ({ ...one, id: "mine" }))],
  };
  const asked = new URLSearchParams("epoch=best&estimator=mine&distance=correlation");

  it("is kept by the address and asked for", () => {
    const view = readView(asked, known);
    expect(writeView({ ...view, mapDimensions: 3 }, asked).get("estimator")).toBe("mine");
    expect(toRequest(view, runs, known)?.estimator).toBe("mine");
  });

  it("is the usual one where the catalog does not list it", () => {
    expect(readView(asked, catalog).estimator).toBe("unbiased");
  });
});

// Two other values of every setting; a setting without any would not compile.
const VALUES: { [K in keyof CompareView]: [CompareView[K], CompareView[K]] } = {
  epoch: ["first", 12],
  images: ["validation_and_test", "probe"],
  subset: ["one_class", "both_correct"],
  subsetClass: [3, 7],
  estimator: ["minibatch", "rsa_spearman"],
  matrices: ["paper", "difference"],
  distance: ["cosine", "euclidean"],
  rdmSeed: [0, 4],
  map: ["trajectory", "epoch"],
  mapDimensions: [3, 2],
  mapSeeds: ["all", "one"],
  exemplarLayer: ["conv1", "conv2"],
  exemplarClass: [1, 9],
  spaceLayer: ["fc1", "conv1"],
  spaceRules: [["bp"], ["usf_sn", "bp"]],
  rules: [["bp"], ["bp", "usf_sn"]],
  seeds: [[0], [1, 2]],
  runs: [["bp-0"], ["bp-0", "usf_sn-1"]],
  added: [
    [{ experiment: "b1", runs: null }],
    [
      { experiment: "b1", runs: ["bp-1"] },
      { experiment: "c2", runs: null },
    ],
  ],
};
const NAMES = Object.keys(VALUES) as (keyof CompareView)[];
const FOREIGN = "panels=rdms.loss&x=epoch&tag=a&tag=b&sort=-memory";

describe.each(NAMES)("the setting %s", (name) => {
  const starts = [
    readView(new URLSearchParams(), catalog),
    ...[0, 1].map(
      (place) => Object.fromEntries(NAMES.map((each) => [each, VALUES[each][place]])) as unknown as CompareView,
    ),
  ];
  const changes = starts.flatMap((view) => VALUES[name].map((value) => ({ view, value })));

  it.each(changes)("is set and set back, case %#", ({ view, value }) => {
    const before = writeView(view, new URLSearchParams(FOREIGN));
    const set = writeView({ ...readView(before, catalog), [name]: value }, before);
    expect(readView(set, catalog)).toEqual({ ...view, [name]: value });
    const back = writeView({ ...readView(set, catalog), [name]: view[name] }, set);
    expect(back.toString()).toBe(before.toString());
  });

  it.each(changes)("is written once, however often, case %#", ({ view, value }) => {
    const once = writeView({ ...view, [name]: value }, new URLSearchParams(FOREIGN));
    const twice = writeView(readView(once, catalog), once);
    expect(twice.toString()).toBe(once.toString());
    expect(twice.toString()).toContain(FOREIGN);
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
  const all = readView(new URLSearchParams(), catalog);

  it("names no run when every one is taken, so that one comparison has one address", () => {
    expect(toRequest(all, runs, catalog)?.run_ids).toBeNull();
  });

  it("names every run where runs of other experiments are added, or some of its own left out", () => {
    const added = [{ experiment: "b1", runs: null }];
    expect(toRequest({ ...all, added }, runs, catalog)?.run_ids).toEqual(["a", "b", "c", "d"]);
    expect(toRequest({ ...all, runs: ["bp-0"] }, runs.slice(0, 1), catalog)?.run_ids).toEqual(["a"]);
  });

  it("crosses rules with seeds", () => {
    const view = { ...all, rules: ["bp"], seeds: [1] };
    expect(selectedRuns(view, runs).map((run) => run.id)).toEqual(["c"]);
    expect(toRequest(view, runs, catalog)?.run_ids).toEqual(["c"]);
  });

  it("drops an RDM seed that is not among the selected runs", () => {
    expect(toRequest({ ...all, seeds: [0], rdmSeed: 1 }, runs, catalog)?.rdm_seed).toBeNull();
    expect(toRequest({ ...all, rdmSeed: 1 }, runs, catalog)?.rdm_seed).toBe(1);
  });

  it("compares images in batches by the one estimator that can", () => {
    const view = { ...all, estimator: "biased", images: "validation_and_test" } as const;
    expect(toRequest(view, runs, catalog)?.estimator).toBe("minibatch");
    expect(toRequest({ ...view, images: "probe" }, runs, catalog)?.estimator).toBe("biased");
  });

  it("names a class only where one is compared, so that one comparison has one address", () => {
    expect(toRequest({ ...all, subsetClass: 3 }, runs, catalog)?.subset_class).toBe(0);
    expect(toRequest({ ...all, subset: "one_class", subsetClass: 3 }, runs, catalog)?.subset_class).toBe(3);
  });

  it("asks for nothing when nothing is selected", () => {
    expect(toRequest({ ...all, rules: ["fa_dense"] }, runs, catalog)).toBeNull();
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
