import { describe, expect, it } from "vitest";

import { formatSeeds, parseSeeds } from "./seeds";

describe("parseSeeds", () => {
  it.each([
    ["0", [0]],
    ["0-4", [0, 1, 2, 3, 4]],
    ["0 – 2", [0, 1, 2]],
    ["0, 1, 7", [0, 1, 7]],
    ["7 1;1, 0-2", [7, 1, 0, 2]],
  ])("reads %s", (text, seeds) => {
    expect(parseSeeds(text)).toEqual({ ok: true, seeds });
  });

  it.each([
    ["", "No seed given"],
    ["one", "“one” is not a seed"],
    ["-1", "“-1” is not a seed"],
    ["1.5", "“1.5” is not a seed"],
    ["4-0", "in descending order"],
    ["0-999999999", "more than 1000 seeds"],
  ])("refuses %s and says why", (text, why) => {
    const parsed = parseSeeds(text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? "" : parsed.message).toContain(why);
  });
});

describe("formatSeeds", () => {
  it.each([
    [[0], "0"],
    [[0, 1], "0, 1"],
    [[0, 1, 2, 3, 7], "0-3, 7"],
    [[5, 3, 4], "5, 3, 4"],
  ])("writes %j as %s", (seeds, text) => {
    expect(formatSeeds(seeds)).toBe(text);
  });

  it("is undone by parseSeeds", () => {
    const seeds = [0, 1, 2, 3, 10, 12, 13, 14];
    expect(parseSeeds(formatSeeds(seeds))).toEqual({ ok: true, seeds });
  });
});
