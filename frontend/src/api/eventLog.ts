import type { LogEntry, LogPage } from "./types";

/** What the page has read of a log: pages from the newest entry on. */
export interface LogPages {
  pages: LogPage[];
  pageParams: unknown[];
}

const FULL = 150;
const KEPT = 50;

/** Whether an entry is one of those that every run makes all the time. */
export function isRoutine({ kind }: LogEntry): boolean {
  return kind === "epoch" || kind === "checkpoint";
}

/**
 * The log with one more entry on top; the same log where it has it already. While only the newest
 * page is read, what falls off its end is left to be read again: a page may stand open for days.
 */
export function withEntry(log: LogPages, entry: LogEntry): LogPages {
  const [first, ...rest] = log.pages;
  if (first === undefined || (first.items[0] !== undefined && first.items[0].id >= entry.id)) {
    return log;
  }
  const items = [entry, ...first.items];
  const oldest = items[KEPT - 1];
  const newest =
    rest.length === 0 && items.length > FULL && oldest !== undefined
      ? { items: items.slice(0, KEPT), next_before: oldest.id }
      : { ...first, items };
  return { ...log, pages: [newest, ...rest] };
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });

/** The time of day, to the second. */
export function clockTime(iso: string): string {
  return clock.format(new Date(iso));
}

/** Entries in their order, under the day on which they were. */
export function byDay(entries: readonly LogEntry[]): { day: string; entries: LogEntry[] }[] {
  const days: { day: string; entries: LogEntry[] }[] = [];
  for (const entry of entries) {
    const name = day.format(new Date(entry.at));
    const last = days.at(-1);
    if (last?.day === name) {
      last.entries.push(entry);
    } else {
      days.push({ day: name, entries: [entry] });
    }
  }
  return days;
}
