const MAX_CHARACTERS = 300;

/** Why something failed, on one line that fits beside a table. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().replace(/\s+/g, " ").slice(0, MAX_CHARACTERS);
}
