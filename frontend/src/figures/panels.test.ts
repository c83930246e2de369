import { describe, expect, it } from "vitest";

import { rowsOf, type Panel } from "./panels";

function panel(id: Panel["id"], size: Panel["size"]): Panel {
  return { id, title: id, answers: "", size, shown: true };
}

describe("rows of panels", () => {
  it("pairs halves, and leaves none beside an empty place", () => {
    const rows = rowsOf([
      panel("result", "half"),
      panel("similarity-profile", "half"),
      panel("loss", "half"),
      panel("rdms", "full"),
      panel("accuracy", "half"),
    ]);
    expect(rows.map((row) => row.map(({ id }) => id))).toEqual([
      ["result", "similarity-profile"],
      ["loss"],
      ["rdms"],
      ["accuracy"],
    ]);
  });
});
