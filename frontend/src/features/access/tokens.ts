import type { Token } from "../../api/types";
import { formatDate } from "../../lib/format";

export const ROLES = [
  { value: "viewer", label: "Viewer" },
  { value: "owner", label: "Owner" },
] as const;

const NEVER = "never";

export const LIFETIMES = [
  { value: "7", label: "in 7 days" },
  { value: "30", label: "in 30 days" },
  { value: "90", label: "in 90 days" },
  { value: "365", label: "in a year" },
  { value: NEVER, label: "never" },
] as const;

/** Days as the service takes them: null for a token that does not expire. */
export function lifetimeDays(chosen: string): number | null {
  return chosen === NEVER ? null : Number(chosen);
}

/** When a token ends, or that it has. */
export function expiryText(token: Token, now: Date): string {
  if (token.expires_at === null) {
    return "does not expire";
  }
  const when = formatDate(token.expires_at);
  return new Date(token.expires_at) <= now ? `expired on ${when}` : `expires on ${when}`;
}
