import { describe, expect, it } from "vitest";

import type { LogEntry } from "./types";
import { byDay, isRoutine, withEntry, type LogPages } from "./eventLog";

function entry(id: number, changes: Partial<LogEntry> = {}): LogEntry {
  return { id, at: "2026-11-24T12:00:00Z", run_id: "run", kind: "started", text: `Entry ${id}.`, ...changes };
}

function log(...pages: number[][]): LogPages {
  return {
    pages: pages.map((items) => ({ items: items.map((id) => entry(id)), next_before: items.at(-1) ?? null })),
    pageParams: pages.map(() => null),
  };
}

function ids({ pages }: LogPages): number[] {
  return pages.flatMap(({ items }) => items.map(({ id }) => id));
}

describe("a log that grows", () => {
  it("has the newest entry on top, each once", () => {
    const grown = withEntry(log([7, 5], [3]), entry(9));
    expect(ids(grown)).toEqual([9, 7, 5, 3]);
    expect(withEntry(grown, entry(9))).toBe(grown);
    expect(withEntry(grown, entry(8))).toBe(grown);
    expect(ids(withEntry(log([]), entry(1)))).toEqual([1]);
  });

  it("forgets what fell off the end of the only page, and says where to read on", () => {
    let grown = log([1]);
    for (let id = 2; id <= 151; id += 1) {
      grown = withEntry(grown, entry(id));
    }
    expect(ids(grown)).toHaveLength(50);
    expect(grown.pages[0]?.next_before).toBe(ids(grown).at(-1));
  });

  it("keeps all of what the reader has opened", () => {
    const many = Array.from({ length: 150 }, (_, index) => 300 - index);
    expect(ids(withEntry(log(many, [3]), entry(301)))).toHaveLength(152);
  });
});

describe("entries", () => {
  it("stand under their day", () => {
    const entries = [entry(3), entry(2), entry(1, { at: "2026-11-22T12:00:00Z" })];
    expect(byDay(entries).map((part) => [part.day, part.entries.length])).toEqual([
      ["Tuesday, November 24", 2],
      ["Sunday, November 22", 1],
    ]);
  });

  it("are routine where every run makes them all the time", () => {
    expect(isRoutine(entry(1, { kind: "epoch" }))).toBe(true);
    expect(isRoutine(entry(1, { kind: "failed" }))).toBe(false);
  });
});
