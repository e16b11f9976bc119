/** Collects a repeated option; commas part the items too, so that one variable can hold them all. */
export function parseList(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, ...text.split(",").map((item) => item.trim())].filter((item) => item !== "");
}
