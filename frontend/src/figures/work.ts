import type { Work } from "../api/types";

/** One sentence on what is computed and what the rest waits for. */
export function describeWork(going: readonly Work[]): string {
  const running = going.filter(({ state }) => state === "running");
  const queued = going.filter(({ state }) => state === "queued");
  const parts: string[] = [];
  if (running.length > 0) {
    parts.push(`Computing ${named(running)}.`);
  }
  const [next] = queued;
  if (next !== undefined) {
    const waits = next.waits_for === null || next.waits_for === "Next in the queue." ? "" : ` ${next.waits_for}`;
    parts.push(`${running.length > 0 ? "Then" : "Waiting:"} ${named(queued)}.${waits}`);
  }
  return parts.join(" ");
}

function named(work: readonly Work[]): string {
  const names = [...new Set(work.map(({ title }) => title.toLowerCase()))];
  const last = names.pop() ?? "";
  return names.length > 0 ? `${names.join(", ")} and ${last}` : last;
}
