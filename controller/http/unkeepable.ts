/** What JSON may hold and no database, environment or header keeps: NUL, and halves of a character. */
const UNKEEPABLE = /\0|\p{Surrogate}/u;

// What is nested beyond all measure is refused for its size, and here must not exhaust the stack.
const MAX_DEPTH = 500;

/** The path of the first text that cannot be kept, as "spawn.env.A"; names count as much as values. */
export function unkeepableField(value: unknown, path = "", depth = 0): string | undefined {
  if (typeof value === "string") return UNKEEPABLE.test(value) ? path : undefined;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return undefined;
  for (const [name, inside] of Object.entries(value)) {
    if (UNKEEPABLE.test(name)) return path;
    const found = unkeepableField(inside, path === "" ? name : `${path}.${name}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
