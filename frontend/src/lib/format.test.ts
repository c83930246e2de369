import { describe, expect, it } from "vitest";

import {
  fileStem,
  formatAge,
  formatBytes,
  formatCell,
  formatDuration,
  formatFixed,
  formatFree,
  formatInteger,
  formatPercent,
  plural,
} from "./format";

const plain = (text: string) => text.replaceAll("\u202f", " ").replaceAll("\u2212", "-");

describe("numbers", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1797, "1,797"],
    [12_500, "12,500"],
    [14_700_000, "14,700,000"],
    [-12_500, "-12,500"],
  ])("groups %d as %s", (value, text) => {
    expect(plain(formatInteger(value))).toBe(text);
  });

  it("keeps the decimals asked for and never shows a negative zero", () => {
    expect(plain(formatFixed(-0.5, 2))).toBe("-0.50");
    expect(plain(formatFixed(-0.0001, 2))).toBe("0.00");
    expect(plain(formatFixed(12_345.678, 1))).toBe("12,345.7");
  });

  it("writes fractions as percent and a dash where there is none", () => {
    expect(plain(formatPercent(0.9722))).toBe("97.2 %");
    expect(formatPercent(null)).toBe("–");
  });

  it.each([
    [999, "999 B"],
    [999_600, "1.0 MB"],
    [3_440_000_000, "3.4 GB"],
    [123_456_789_012, "123 GB"],
  ])("writes %d bytes as %s", (bytes, text) => {
    expect(plain(formatBytes(bytes))).toBe(text);
  });

  it("says where no limit is known", () => {
    expect(formatFree(null)).toBe("no known limit");
    expect(plain(formatFree(0))).toBe("0 B");
  });
});

describe("time", () => {
  it.each([
    [0.4, "0 s"],
    [59.6, "1 min"],
    [80, "1 min 20 s"],
    [754, "12 min"],
    [3_900, "1 h 5 min"],
    [200_000, "2 days"],
  ])("writes %d seconds as %s", (seconds, text) => {
    expect(plain(formatDuration(seconds))).toBe(text);
  });

  it.each([
    ["2026-11-23T11:59:55Z", "just now"],
    ["2026-11-23T11:59:20Z", "40 seconds ago"],
    ["2026-11-23T11:57:00Z", "3 minutes ago"],
    ["2026-11-23T07:00:00Z", "5 hours ago"],
    ["2026-11-22T11:00:00Z", "yesterday"],
    ["2026-11-18T11:00:00Z", "5 days ago"],
    ["2026-11-01T11:00:00Z", "Nov 1, 2026"],
  ])("says that %s was %s", (iso, text) => {
    expect(formatAge(iso, new Date("2026-11-23T12:00:00Z"))).toBe(text);
  });
});

describe("words", () => {
  it("agrees in number", () => {
    expect(plural(1, "run")).toBe("1 run");
    expect(plural(0, "run")).toBe("0 runs");
  });

  it("formats cells as the figure's table asks", () => {
    expect(formatCell(3, "int")).toBe("3");
    expect(formatCell(0.12345, "fixed3")).toBe("0.123");
    expect(formatCell("conv1", "text")).toBe("conv1");
    expect(formatCell(null, "fixed3")).toBe("–");
  });

  it("makes file names out of titles", () => {
    expect(fileStem("Five rules, seed 0", "Layer similarity to BP")).toBe("five-rules-seed-0_layer-similarity-to-bp");
    expect(fileStem("…", "")).toBe("figure");
  });
});
