import { describe, expect, it } from "vitest";

import {
  ALL,
  changeList,
  comparePath,
  isNarrowed,
  listQuery,
  orderText,
  rangeText,
  readListView,
  writeListView,
} from "./listView";

const view = {
  q: "usf digits",
  state: "failed",
  dataset: "digits",
  tag: "for the paper",
  archived: "include",
  sort: "accuracy",
  reverse: true,
  cursor: "abc=",
} as const;

describe("the list in the URL", () => {
  it("comes back as it was written", () => {
    expect(readListView(writeListView(view))).toEqual(view);
    expect(readListView(new URLSearchParams(writeListView(view).toString()))).toEqual(view);
  });

  it("leaves defaults out", () => {
    expect(writeListView(ALL).toString()).toBe("");
    expect(writeListView({ ...ALL, sort: "name" }).toString()).toBe("sort=name");
  });

  it("takes the default where a value is unknown", () => {
    const params = new URLSearchParams("state=asleep&sort=size&archived=maybe&reverse=yes&tag=");
    expect(readListView(params)).toEqual(ALL);
  });

  it("begins anew when what is listed changes, and only then", () => {
    expect(changeList(view, { sort: "name" }).cursor).toBeNull();
    expect(changeList(view, { cursor: "next" })).toEqual({ ...view, cursor: "next" });
  });
});

describe("listQuery", () => {
  it("asks for nothing that is not set", () => {
    expect(listQuery({ ...ALL, q: "  " })).toEqual({ archived: "hide", sort: "newest", reverse: false });
    expect(listQuery(view)).toEqual(view);
  });
});

describe("isNarrowed", () => {
  it.each([
    [{}, false],
    [{ sort: "name" }, false],
    [{ archived: "only" }, false],
    [{ q: " " }, false],
    [{ q: "bp" }, true],
    [{ tag: "x" }, true],
    [{ state: "active" }, true],
  ] as const)("tells of %j whether something is left out", (changes, narrowed) => {
    expect(isNarrowed({ ...ALL, ...changes })).toBe(narrowed);
  });
});

describe("words", () => {
  it("names the order", () => {
    expect(orderText({ sort: "newest", reverse: false })).toBe("Newest first");
    expect(orderText({ sort: "accuracy", reverse: true })).toBe("Worst first");
  });
  it("says where the page lies", () => {
    expect(rangeText(25, 25, 500)).toBe("26–50 of 500");
    expect(rangeText(0, 0, 0)).toBe("0 of 0");
  });
});

describe("comparePath", () => {
  it("names the other experiments beside the first", () => {
    expect(comparePath(["a"])).toBe("/experiments/a/compare");
    expect(comparePath(["a", "b", "c"])).toBe("/experiments/a/compare?with=b&with=c");
  });
});
