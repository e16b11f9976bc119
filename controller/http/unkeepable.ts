/** What JSON may hold and no database, environment or header keeps: NUL, and halves of a character. */
const UNKEEPABLE = /\0|\p{Surrogate}/u;

/** The path of the first text that cannot be kept, as "spawn.env.A"; names count as much as values. */
export function unkeepableField(value: unknown, path = ""): string | undefined {
  if (typeof value === "string") return UNKEEPABLE.test(value) ? path : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, inside] of Object.entries(value)) {
    if (UNKEEPABLE.test(name)) return path;
    const found = unkeepableField(inside, path === "" ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
