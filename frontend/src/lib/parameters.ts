/** Texts as they stand in the form, by the parameter's id. */
export type ParameterTexts = Readonly<Record<string, string>>;

/** A number as it was typed, or null where the text is none. */
export function parseNumber(text: string): number | null {
  const value = Number(text);
  return text.trim() === "" || !Number.isFinite(value) ? null : value;
}

type Parameters = Readonly<Record<string, number | string>>;

/** A learning rule, as far as it says what its parameters are. */
interface Described {
  parameters: readonly { id: string; name: string; default: number }[];
  choices: readonly { id: string; name: string; options: readonly { id: string; name: string }[] }[];
}

/** The named parameters of a run, one text each, in the rule's order: `learning rate 0.001`. */
export function parameterTexts(parameters: Parameters, ids: readonly string[], rule: Described | undefined): string[] {
  const named = new Map(rule?.parameters.map(({ id, name }) => [id, name.toLowerCase()]));
  return [...new Set([...named.keys(), ...ids])]
    .filter((id) => ids.includes(id) && id in parameters)
    .map((id) => `${named.get(id) ?? id} ${String(parameters[id])}`);
}

/** What a run trains with, in short; what its rule leaves out by default goes unsaid where it is zero. */
export function parametersText(parameters: Parameters, rule: Described | undefined): string {
  const off = new Set(rule?.parameters.filter(({ default: usual }) => usual === 0).map(({ id }) => id));
  const chosen = new Map(rule?.choices.map((choice) => [choice.id, choice]));
  const said = Object.keys(parameters).filter((id) => !chosen.has(id) && !(off.has(id) && parameters[id] === 0));
  const choices = [...chosen].flatMap(([id, { name, options }]) => {
    const option = options.find((one) => one.id === parameters[id]);
    return option === undefined ? [] : [`${option.name} ${name}`.toLowerCase()];
  });
  return [...parameterTexts(parameters, said, rule), ...choices].join(" · ");
}
