import { describe, expect, it } from "vitest";

import { afterSignIn, signInPath } from "./signIn";

describe("afterSignIn", () => {
  it("leads back to where one wanted to go", () => {
    const from = "/experiments/ab/compare?epoch=best&runs=1,2#map";
    const { searchParams } = new URL(signInPath(from), "http://x");
    expect(afterSignIn(searchParams.get("to"))).toBe(from);
    expect(signInPath("/")).toBe("/sign-in");
    expect(afterSignIn(null)).toBe("/");
  });

  it.each(["https://evil.example/", "//evil.example/x", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"])(
    "never leads to another website: %s",
    (to) => {
      const path = afterSignIn(to);
      expect(new URL(path, "http://atlas.example").origin).toBe("http://atlas.example");
    },
  );

  it("does not lead to itself", () => {
    expect(afterSignIn("/sign-in?to=%2Fsign-in")).toBe("/");
  });
});
