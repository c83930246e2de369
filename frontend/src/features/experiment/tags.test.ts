import { expect, it } from "vitest";

import { addTags } from "./tags";

it.each([
  [[], "a", ["a"]],
  [["a"], " b ,, c,", ["a", "b", "c"]],
  [["a"], "a, A", ["a", "A"]],
  [["a"], "  ", ["a"]],
])("adds to %j what is typed as %j", (tags, text, all) => {
  expect(addTags(tags, text)).toEqual(all);
});
