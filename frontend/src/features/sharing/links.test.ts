// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";

import type { Share } from "../../api/types";
import { embedCode, LINK_LIFETIMES, lifetimeHours, linkFacts } from "./links";

const share: Share = {
  id: "a",
  experiment_id: "b",
  experiment_exists: true,
  comparison_id: "c",
  title: "Five rules",
  label: "",
  state: "open",
  created_at: "2026-01-01T12:00:00Z",
  expires_at: null,
  revoked_at: null,
  has_passphrase: false,
  embeddable: false,
  opens: 0,
  opened_at: null,
};

describe("what is said of a link", () => {
  it("is how often it was opened, and nothing that is not so", () => {
    expect(linkFacts(share)).toEqual(["never opened"]);
    expect(linkFacts({ ...share, opens: 1 })).toEqual(["opened once"]);
    expect(linkFacts({ ...share, opens: 12 })).toEqual(["opened 12 times"]);
  });

  it("is its end, before or after it came, and its terms", () => {
    const terms = { ...share, expires_at: "2026-03-01T12:00:00Z", has_passphrase: true, embeddable: true };
    expect(linkFacts(terms)).toEqual(["expires on Mar 1, 2026", "passphrase", "embedding allowed", "never opened"]);
    expect(linkFacts({ ...terms, state: "expired" })[0]).toBe("expired on Mar 1, 2026");
    const revoked = { ...terms, state: "revoked" as const, revoked_at: "2026-02-01T12:00:00Z" };
    expect(linkFacts(revoked)).toEqual(["revoked on Feb 1, 2026", "passphrase", "embedding allowed", "never opened"]);
  });
});

it("asks for hours, or for no end", () => {
  expect(LINK_LIFETIMES.map(({ value }) => lifetimeHours(value))).toEqual([null, 24, 168, 720, 8760]);
});

it("writes an address into HTML so that it comes out again", () => {
  const address = 'https://atlas.example/s/abc?panels=a&more="b"';
  const frame = new DOMParser().parseFromString(embedCode(address), "text/html").querySelector("iframe");
  expect(frame?.getAttribute("src")).toBe(address);
});
