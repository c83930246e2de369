import { expect, it } from "vitest";

import { readRedraw, writeRedraw } from "./redraw";

const choices = [{ id: "ours" }, { id: "paper" }];

it("draws as it was shared until the address says otherwise", () => {
  const shared = { map_dimensions: 3, matrices: "paper" } as const;
  expect(readRedraw(new URLSearchParams(), shared, choices)).toEqual({ mapDimensions: 3, matrices: "paper" });
  const asked = writeRedraw(new URLSearchParams("panels=rdms"), { mapDimensions: 2, matrices: "ours" });
  expect(asked.get("panels")).toBe("rdms");
  expect(readRedraw(asked, shared, choices)).toEqual({ mapDimensions: 2, matrices: "ours" });
});

it("takes nothing from the address that there is not", () => {
  const asked = new URLSearchParams("map_dimensions=4&matrices=difference");
  expect(readRedraw(asked, { map_dimensions: 2, matrices: "ours" }, choices)).toEqual({
    mapDimensions: 2,
    matrices: "ours",
  });
});
