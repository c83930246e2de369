import { expect, it } from "vitest";

import { figureWidth } from "./figureWidth";

it.each([
  [0, null],
  [358, "narrow"],
  [480, "medium"],
  [799, "medium"],
  [800, "wide"],
])("asks for the version that suits a card of %d pixels", (pixels, width) => {
  expect(figureWidth(pixels)).toBe(width);
});
