import type { Redraw } from "../../figures/queries";
import type { Choice, ComparisonRequest, Matrices } from "../../api/types";

type Chosen = Pick<Redraw, "mapDimensions" | "matrices">;

const DIMENSIONS = "map_dimensions";
const WHOSE = "matrices";

/** What the address of a shared page says of how figures are drawn; what it does not say is as it was shared. */
export function readRedraw(
  params: URLSearchParams,
  shared: Pick<ComparisonRequest, "map_dimensions" | "matrices">,
  choices: readonly Pick<Choice, "id">[],
): Chosen {
  const dimensions = params.get(DIMENSIONS);
  const whose = choices.map(({ id }) => id as Matrices).find((id) => id === params.get(WHOSE));
  return {
    mapDimensions: dimensions === "2" ? 2 : dimensions === "3" ? 3 : shared.map_dimensions,
    matrices: whose ?? shared.matrices,
  };
}

/** The query string with these changes. */
export function writeRedraw(params: URLSearchParams, changes: Partial<Chosen>): URLSearchParams {
  const after = new URLSearchParams(params);
  if (changes.mapDimensions !== undefined) {
    after.set(DIMENSIONS, String(changes.mapDimensions));
  }
  if (changes.matrices !== undefined) {
    after.set(WHOSE, changes.matrices);
  }
  return after;
}
