import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { makePace } from "./pace";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Work of `ms` milliseconds that notes its name. */
function work(name: string, ms: number, done: string[]): () => void {
  return () => {
    done.push(name);
    vi.setSystemTime(Date.now() + ms);
  };
}

describe("a pace", () => {
  it("works at once, then rests in proportion", () => {
    vi.spyOn(performance, "now").mockImplementation(() => Date.now());
    const pace = makePace(4);
    const done: string[] = [];
    pace.add({}, work("a", 100, done));
    pace.add({}, work("b", 10, done));
    expect(done).toEqual(["a"]);
    vi.advanceTimersByTime(399);
    expect(done).toEqual(["a"]);
    vi.advanceTimersByTime(1);
    expect(done).toEqual(["a", "b"]);
  });

  it("gives each its turn, however often others come again", () => {
    const pace = makePace(1);
    const owners = { a: {}, b: {}, c: {} };
    const done: string[] = [];
    const all = () => {
      for (const [name, owner] of Object.entries(owners)) {
        pace.add(owner, work(name, 0, done));
      }
    };
    for (let round = 0; round < 6; round += 1) {
      all();
      vi.advanceTimersToNextTimer();
    }
    for (const name of ["a", "b", "c"]) {
      expect(done.filter((other) => other === name).length).toBeGreaterThanOrEqual(2);
    }
  });

  it("drops what is replaced or called off", () => {
    const pace = makePace(1);
    const owner = {};
    const done: string[] = [];
    pace.add({}, work("first", 0, done));
    pace.add(owner, work("old", 0, done));
    pace.add(owner, work("new", 0, done));
    const callOff = pace.add({}, work("never", 0, done));
    callOff();
    vi.runAllTimers();
    expect(done).toEqual(["first", "new"]);
  });

  it("goes on after work that failed", () => {
    const pace = makePace(1);
    const done: string[] = [];
    expect(() =>
      pace.add({}, () => {
        throw new Error("no");
      }),
    ).toThrow("no");
    pace.add({}, work("after", 0, done));
    vi.runAllTimers();
    expect(done).toEqual(["after"]);
  });
});
