import { oneOf } from "../ui/controls/choice";

/** Measures of how a rule's feedback is aligned with backpropagation, by the names of their figures. */
export const ALIGNMENTS = [
  { id: "local-angle", title: "Alignment angle, local", short: "Local" },
  { id: "global-angle", title: "Alignment angle, global", short: "Global" },
  { id: "update-angle", title: "Update angle", short: "Update" },
  { id: "sign-concordance", title: "Sign concordance", short: "Signs" },
] as const;
type AlignmentName = (typeof ALIGNMENTS)[number]["id"];

const NAMES = ALIGNMENTS.map(({ id }) => id);
const FIRST = "local-angle";

export function isAlignment(name: string): name is AlignmentName {
  return NAMES.some((known) => known === name);
}

/** What a measure's figure is called before it says so itself. */
export function titleOf(name: AlignmentName): string {
  return ALIGNMENTS.find(({ id }) => id === name)?.title ?? "";
}

/** The measure that the address asks for. */
export function readAlignment(params: URLSearchParams): AlignmentName {
  return oneOf(NAMES, params.get("alignment"), FIRST);
}

/** The address with another measure, and all else as it was. */
export function withAlignment(params: URLSearchParams, name: AlignmentName): URLSearchParams {
  const next = new URLSearchParams(params);
  if (name === FIRST) {
    next.delete("alignment");
  } else {
    next.set("alignment", name);
  }
  return next;
}

const WHEN_EMPTY: Record<string, string> = {
  "global-angle": "Angles to true backpropagation are recorded only if “Compare with BP every” is above 0.",
  "update-angle": "Angles to true backpropagation are recorded only if “Compare with BP every” is above 0.",
  "sign-concordance": "Sign concordance is undefined where feedback and weights differ in shape.",
};

/** Say that a figure has no values, and why where that is known. */
export function emptyText(name: string): string {
  return ["These runs have recorded no values for this figure.", WHEN_EMPTY[name]].filter(Boolean).join(" ");
}
