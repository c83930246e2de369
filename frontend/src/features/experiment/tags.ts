/** Tags as typed, `a, b`, after those that are there already; each once. */
export function addTags(tags: readonly string[], text: string): string[] {
  const typed = text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  return [...new Set([...tags, ...typed])];
}
