import { describe, expect, it } from "vitest";

import { togglePin } from "./pins";

const isSame = (one: { id: number }, other: { id: number }) => one.id === other.id;

describe("pins", () => {
  it("stay in the order in which they were set", () => {
    const pins = [3, 1, 2].reduce<{ id: number }[]>((set, id) => togglePin(set, { id }, isSame), []);
    expect(pins.map(({ id }) => id)).toEqual([3, 1, 2]);
  });

  it("are taken out by setting them again", () => {
    expect(togglePin([{ id: 3 }, { id: 1 }, { id: 2 }], { id: 1 }, isSame)).toEqual([{ id: 3 }, { id: 2 }]);
  });
});
