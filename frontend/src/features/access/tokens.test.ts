import { expect, it } from "vitest";

import type { Token } from "../../api/types";
import { expiryText, lifetimeDays, LIFETIMES } from "./tokens";

const token: Token = {
  id: "a",
  name: "Ada",
  role: "owner",
  created_at: "2026-01-01T12:00:00Z",
  expires_at: "2026-03-01T12:00:00Z",
};

it("says when a token ends", () => {
  expect(expiryText(token, new Date("2026-02-01T12:00:00Z"))).toBe("expires on Mar 1, 2026");
  expect(expiryText(token, new Date("2026-03-01T12:00:00Z"))).toBe("expired on Mar 1, 2026");
  expect(expiryText({ ...token, expires_at: null }, new Date())).toBe("does not expire");
});

it("asks for days, or for no end", () => {
  expect(LIFETIMES.map(({ value }) => lifetimeDays(value))).toEqual([7, 30, 90, 365, null]);
});
