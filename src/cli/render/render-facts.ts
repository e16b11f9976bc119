import type { Colors } from "picocolors/types.js";

export type Fact = readonly [name: string, value: string | null | undefined];

/** Names in one dim column, values in the next; what has no value is left out. */
export function renderFacts(facts: readonly Fact[], colors: Colors): string {
  const known = facts.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  const width = Math.max(...known.map(([name]) => name.length));
  const indent = `\n${" ".repeat(width + 4)}`;
  return known
    .map(
      ([name, value]) => `  ${colors.dim(name.padEnd(width))}  ${value.replaceAll("\n", indent)}`,
    )
    .join("\n");
}
