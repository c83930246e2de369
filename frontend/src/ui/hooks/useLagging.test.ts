// @vitest-environment happy-dom
import { act, renderHook } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import { useLagging } from "./useLagging";

describe("a value that lags", () => {
  it("follows at once where that is urgent, and later where it is not", () => {
    vi.useFakeTimers();
    const { result, rerender } = renderHook(({ value, urgent }) => useLagging(value, urgent), {
      initialProps: { value: "a", urgent: false },
    });
    rerender({ value: "b", urgent: false });
    expect(result.current).toBe("a");
    rerender({ value: "b", urgent: true });
    expect(result.current).toBe("b");
    rerender({ value: "c", urgent: false });
    expect(result.current).toBe("a");
    act(() => vi.runAllTimers());
    expect(result.current).toBe("c");
    vi.useRealTimers();
  });
});
