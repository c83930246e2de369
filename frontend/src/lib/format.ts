const THIN = "\u202f";

/** Digits grouped by commas, as in `1,797`. */
export function formatInteger(value: number): string {
  const digits = Math.round(Math.abs(value)).toString();
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, ",");
  return value < 0 && digits !== "0" ? `\u2212${grouped}` : grouped;
}

/** A number with a fixed count of decimals and a true minus sign. */
export function formatFixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  const isZero = Number(text) === 0;
  const [whole = "0", fraction] = text.split(".");
  const grouped = formatInteger(Number(whole));
  const sign = value < 0 && !isZero ? "\u2212" : "";
  return fraction === undefined ? `${sign}${grouped}` : `${sign}${grouped}.${fraction}`;
}

/** A fraction as percent with one decimal, as in `97.2 %`. */
export function formatPercent(fraction: number | null | undefined): string {
  return fraction === null || fraction === undefined ? "\u2013" : `${formatFixed(fraction * 100, 1)}${THIN}%`;
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Bytes in decimal units, as in `3.4 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const decimals = unit > 0 && value < 9.95 ? 1 : 0;
  return `${formatFixed(value, decimals)}${THIN}${BYTE_UNITS[unit]}`;
}

/** Bytes that are free where artifacts lie; a bucket has no limit that could be known. */
export function formatFree(bytes: number | null): string {
  return bytes === null ? "no known limit" : formatBytes(bytes);
}

/** A span of time in its two largest units, as in `1 min 20 s`. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) {
    return `${total}${THIN}s`;
  }
  const minutes = Math.floor(total / 60);
  if (minutes < 60) {
    const rest = total % 60;
    return minutes < 10 && rest > 0 ? `${minutes}${THIN}min ${rest}${THIN}s` : `${minutes}${THIN}min`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    const rest = minutes % 60;
    return rest > 0 ? `${hours}${THIN}h ${rest}${THIN}min` : `${hours}${THIN}h`;
  }
  return `${Math.floor(hours / 24)}${THIN}days`;
}

const AGES: readonly { below: number; step: number; unit: Intl.RelativeTimeFormatUnit }[] = [
  { below: 60, step: 1, unit: "second" },
  { below: 3600, step: 60, unit: "minute" },
  { below: 86_400, step: 3600, unit: "hour" },
  { below: 7 * 86_400, step: 86_400, unit: "day" },
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const calendar = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });
const calendarWithTime = new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "short" });

/** How long ago something was; a date once that is more than a week. */
export function formatAge(iso: string, now: Date): string {
  const then = new Date(iso);
  const seconds = Math.max(0, (now.getTime() - then.getTime()) / 1000);
  if (seconds < 10) {
    return "just now";
  }
  const age = AGES.find(({ below }) => seconds < below);
  if (age) {
    return relative.format(-Math.floor(seconds / age.step), age.unit);
  }
  return calendar.format(then);
}

export function formatDate(iso: string): string {
  return calendar.format(new Date(iso));
}

export function formatDateTime(iso: string): string {
  return calendarWithTime.format(new Date(iso));
}

/** `1 run`, `2 runs`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatInteger(count)} ${count === 1 ? one : many}`;
}

/** A table cell in the format that the figure asks for: `text`, `int` or `fixedN`. */
export function formatCell(value: string | number | null | undefined, format: string): string {
  if (value === null || value === undefined) {
    return "\u2013";
  }
  if (typeof value === "string") {
    return value;
  }
  if (format === "int") {
    return formatInteger(value);
  }
  const fixed = /^fixed(\d+)$/.exec(format);
  return fixed ? formatFixed(value, Number(fixed[1])) : String(value);
}

/** A name that is safe and readable as a file name. */
export function fileStem(...parts: string[]): string {
  const stem = parts
    .map((part) =>
      part
        .normalize("NFKD")
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 60),
    )
    .filter((part) => part !== "")
    .join("_");
  return stem || "figure";
}
