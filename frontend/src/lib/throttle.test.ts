import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { throttleByKey } from "./throttle";

describe("throttleByKey", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("acts at once, then at most once an interval, and never forgets the last call", () => {
    const action = vi.fn<(key: string) => void>();
    const call = throttleByKey(action, 1000);
    call("a");
    call("a");
    call("a");
    call("b");
    expect(action.mock.calls).toEqual([["a"], ["b"]]);
    vi.advanceTimersByTime(1000);
    expect(action.mock.calls).toEqual([["a"], ["b"], ["a"]]);
    vi.advanceTimersByTime(5000);
    expect(action).toHaveBeenCalledTimes(3);
    call("a");
    expect(action).toHaveBeenCalledTimes(4);
  });
});
