let known: boolean | undefined;

/** Whether this browser can draw in three dimensions. */
export function hasWebgl(): boolean {
  known ??= document.createElement("canvas").getContext("webgl") !== null;
  return known;
}
