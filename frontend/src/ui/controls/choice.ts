/** The one of `options` that is written, or `fallback`. */
export function oneOf<T extends string>(options: readonly T[], text: string | null, fallback: T): T {
  return options.find((option) => option === text) ?? fallback;
}
