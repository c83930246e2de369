type ParsedSeeds = { ok: true; seeds: number[] } | { ok: false; message: string };

const MOST_FROM_ONE_RANGE = 1000;
const EXAMPLES = "Write seeds as 0-4 or as 0, 1, 7.";

/** Reads seeds written as `0-4`, `0, 1, 7`, or a mixture; every seed once, in the order written. */
export function parseSeeds(text: string): ParsedSeeds {
  const joined = text.replace(/\s*[-–]\s*/g, "-");
  const tokens = joined.split(/[,;\s]+/).filter((part) => part !== "");
  if (tokens.length === 0) {
    return { ok: false, message: `No seed given; enter at least one. ${EXAMPLES}` };
  }
  const seeds = new Set<number>();
  for (const token of tokens) {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(token);
    if (!match) {
      return { ok: false, message: `“${token}” is not a seed. ${EXAMPLES}` };
    }
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first) {
      return { ok: false, message: `“${token}” is in descending order. Write the smaller seed first.` };
    }
    if (last - first >= MOST_FROM_ONE_RANGE) {
      return { ok: false, message: `“${token}” is more than ${MOST_FROM_ONE_RANGE} seeds. Write a shorter range.` };
    }
    for (let seed = first; seed <= last; seed += 1) {
      seeds.add(seed);
    }
  }
  return { ok: true, seeds: [...seeds] };
}

/** Writes seeds the short way: runs of three or more become a range. */
export function formatSeeds(seeds: readonly number[]): string {
  const parts: string[] = [];
  let start = 0;
  while (start < seeds.length) {
    let end = start;
    while (end + 1 < seeds.length && seeds[end + 1] === (seeds[end] ?? 0) + 1) {
      end += 1;
    }
    if (end - start >= 2) {
      parts.push(`${seeds[start]}-${seeds[end]}`);
    } else {
      parts.push(...seeds.slice(start, end + 1).map(String));
    }
    start = end + 1;
  }
  return parts.join(", ");
}
