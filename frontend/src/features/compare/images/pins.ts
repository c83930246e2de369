/** Takes a pin out, or puts it after those that are there: pins stay in the order in which they were set. */
export function togglePin<T>(pins: readonly T[], pin: T, isSame: (one: T, other: T) => boolean): T[] {
  const rest = pins.filter((other) => !isSame(pin, other));
  return rest.length < pins.length ? rest : [...pins, pin];
}
