import { describe, expect, it } from "vitest";

import { ALIGNMENTS, emptyText, readAlignment, withAlignment } from "./alignment";

describe("the measure of alignment in the address", () => {
  it("is the local angle where none or an unknown one is named", () => {
    expect(readAlignment(new URLSearchParams())).toBe("local-angle");
    expect(readAlignment(new URLSearchParams("alignment=loss"))).toBe("local-angle");
  });

  it.each(ALIGNMENTS.map(({ id }) => id))("is read back as %s, and the rest stays", (name) => {
    const written = withAlignment(new URLSearchParams("epoch=3&alignment=global-angle"), name);
    expect(readAlignment(written)).toBe(name);
    expect(written.get("epoch")).toBe("3");
  });
});

describe("a figure without values", () => {
  it("names the setting that its measure needs", () => {
    expect(emptyText("update-angle")).toContain("“Compare with BP every” is above 0");
  });

  it("gives no reason where none is known", () => {
    expect(emptyText("loss")).toBe("These runs have recorded no values for this figure.");
  });
});
