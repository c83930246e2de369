import { describe, expect, it } from "vitest";

import { pythonSnippet } from "./snippet";

describe("the Python snippet", () => {
  const snippet = pythonSnippet("http://127.0.0.1:8000", "a".repeat(64));

  it("asks the service that the page came from for this comparison", () => {
    expect(snippet).toContain(`"http://127.0.0.1:8000/api/comparisons/${"a".repeat(64)}/numbers.zip"`);
  });

  it("needs nothing but NumPy and the standard library", () => {
    const imported = [...snippet.matchAll(/^import (\w+)/gm)].map((match) => match[1]);
    expect(new Set(imported)).toEqual(new Set(["io", "os", "time", "urllib", "zipfile", "numpy"]));
  });
});
