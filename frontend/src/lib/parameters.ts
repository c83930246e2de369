/** The numbers that a learning rule can take, in the order in which they are shown. */
export const PARAMETERS = ["lr", "weight_decay", "feedback_scale", "feedback_decay", "mirror_rate"] as const;
export type ParameterId = (typeof PARAMETERS)[number];

/** Texts as they stand in the form, by parameter. */
export type ParameterTexts = Partial<Record<ParameterId, string>>;

const SHORT_NAMES: Record<ParameterId, string> = {
  lr: "lr",
  weight_decay: "decay",
  feedback_scale: "scale",
  feedback_decay: "shared decay",
  mirror_rate: "mirror rate",
};

export function isParameter(id: string): id is ParameterId {
  return PARAMETERS.some((parameter) => parameter === id);
}

/** A number as it was typed, or null where the text is none. */
export function parseNumber(text: string): number | null {
  const value = Number(text);
  return text.trim() === "" || !Number.isFinite(value) ? null : value;
}

type Parameters = Readonly<Record<string, number | string>>;

/** The named parameters of a run in short, one text each: `lr 0.001`, `scale 0.1`. */
export function parameterTexts(parameters: Parameters, ids: readonly string[]): string[] {
  return PARAMETERS.filter((id) => ids.includes(id) && id in parameters).map(
    (id) => `${SHORT_NAMES[id]} ${String(parameters[id])}`,
  );
}

/** What a run trains with, in short; a weight decay of zero is none and goes unsaid. */
export function parametersText(parameters: Parameters): string {
  const said = Object.keys(parameters).filter((id) => !(id === "weight_decay" && parameters[id] === 0));
  const texts = parameterTexts(parameters, said);
  const norm = parameters["normalization"];
  return [...texts, ...(norm === undefined ? [] : [`${norm} norm`])].join(" · ");
}
