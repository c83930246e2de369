import type { Share } from "../../api/types";
import { formatDate, plural } from "../../lib/format";

const NEVER = "never";

/** Hours that a link may work for. */
export const LINK_LIFETIMES = [
  { value: NEVER, label: "never" },
  { value: "24", label: "in a day" },
  { value: "168", label: "in 7 days" },
  { value: "720", label: "in 30 days" },
  { value: "8760", label: "in a year" },
] as const;

export const MOST_LABEL = 120;

/** Hours as the service takes them: null for a link that does not expire. */
export function lifetimeHours(chosen: string): number | null {
  return chosen === NEVER ? null : Number(chosen);
}

/** What the list of links says of one besides its name and age. */
export function linkFacts(share: Share): string[] {
  return [
    ...(share.state === "revoked" && share.revoked_at !== null ? [`revoked on ${formatDate(share.revoked_at)}`] : []),
    ...(share.state === "expired" && share.expires_at !== null ? [`expired on ${formatDate(share.expires_at)}`] : []),
    ...(share.state === "open" && share.expires_at !== null ? [`expires on ${formatDate(share.expires_at)}`] : []),
    ...(share.has_passphrase ? ["passphrase"] : []),
    ...(share.embeddable ? ["embedding allowed"] : []),
    share.opens === 0 ? "never opened" : `opened ${share.opens === 1 ? "once" : plural(share.opens, "time")}`,
  ];
}

/** The HTML that shows a link on another website. */
export function embedCode(address: string): string {
  const source = address.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe src="${source}" title="Feedback Atlas" width="100%" height="800"></iframe>`;
}
