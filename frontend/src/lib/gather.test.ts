import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { gather } from "./gather";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("gather", () => {
  it("hands over what came together, in order, and starts afresh", () => {
    const received: number[][] = [];
    const { add } = gather<number>((items) => received.push(items), 200);
    add(1);
    vi.advanceTimersByTime(150);
    add(2);
    vi.advanceTimersByTime(49);
    expect(received).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(received).toEqual([[1, 2]]);
    add(3);
    vi.advanceTimersByTime(200);
    expect(received).toEqual([[1, 2], [3]]);
  });

  it("hands over nothing once it is dropped", () => {
    const receive = vi.fn<(items: number[]) => void>();
    const { add, drop } = gather(receive, 200);
    add(1);
    drop();
    vi.advanceTimersByTime(1000);
    expect(receive).not.toHaveBeenCalled();
  });
});
