import { describe, expect, it } from "vitest";

import type { ResultTable } from "../../../api/types";
import { nextSort, readSort, sortRows, writeSort } from "./resultSort";

function table(values: readonly (number | null)[]): ResultTable {
  return {
    caption: "",
    notes: [],
    columns: [{ id: "test", group: "Accuracy", name: "Test", unit: "%", help: "", numeric: true }],
    rows: values.map((value, place) => ({
      rule: `rule${place}`,
      name: ["BP", "uSF SN", "FA Dense", "DFA"][place] ?? "",
      colour_light: "#000000",
      colour_dark: "#ffffff",
      cells: [{ value, text: String(value), minor: "", note: "", significant: false, icon: null }],
    })),
  };
}

const order = (given: ResultTable, text: string | null) =>
  sortRows(given, readSort(text, given.columns)).map(({ rule }) => Number(rule.slice(4)));

describe("sortRows", () => {
  it("puts what has no value last, upwards and downwards", () => {
    const given = table([2, null, -1, 10]);
    expect(order(given, "test")).toEqual([2, 0, 3, 1]);
    expect(order(given, "-test")).toEqual([3, 0, 2, 1]);
  });

  it("keeps the catalog's order of ties, and without a sort", () => {
    const given = table([1, 1, 0, 1]);
    expect(order(given, "test")).toEqual([2, 0, 1, 3]);
    expect(order(given, "-test")).toEqual([0, 1, 3, 2]);
    expect(order(given, null)).toEqual([0, 1, 2, 3]);
  });

  it("sorts names as they are read, whatever their case", () => {
    expect(order(table([0, 0, 0, 0]), "rule")).toEqual([0, 3, 2, 1]);
  });

  it("leaves the table that it is given as it was", () => {
    const given = table([3, 1, 2]);
    sortRows(given, { column: "test", descending: false });
    expect(given.rows.map((row) => row.rule)).toEqual(["rule0", "rule1", "rule2"]);
  });
});

describe("the sort in an address", () => {
  const { columns } = table([]);

  it("is read as it was written, and unknown columns are none", () => {
    for (const sort of [null, { column: "test", descending: true }, { column: "rule", descending: false }]) {
      expect(readSort(writeSort(sort), columns)).toEqual(sort);
    }
    expect(readSort("-nonsense", columns)).toBeNull();
    expect(readSort("-", columns)).toBeNull();
  });

  it("goes down, up, and back for numbers; up, down, and back for words", () => {
    const down = nextSort(null, "test", true);
    expect(down).toEqual({ column: "test", descending: true });
    const up = nextSort(down, "test", true);
    expect(up).toEqual({ column: "test", descending: false });
    expect(nextSort(up, "test", true)).toBeNull();
    expect(nextSort(up, "rule", false)).toEqual({ column: "rule", descending: false });
    expect(nextSort({ column: "rule", descending: true }, "rule", false)).toBeNull();
  });
});
