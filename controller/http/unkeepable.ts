/** What JSON may hold and no database, environment or header keeps: NUL, and halves of a character. */
const UNKEEPABLE = /\0|\p{Surrogate}/u;

/** Set as JavaScript sets a field, it would be another's prototype. */
const PROTOTYPE = "__proto__";

/** What anybody means is not nested so deeply; what is would end in a stack that has run full. */
const MAX_DEPTH = 100;

export interface Unkeepable {
  /** The path, as "spawn.env.A". */
  field: string;
  message: string;
}

/** The first place of what cannot be kept; names count as much as values. */
export function findUnkeepable(
  value: unknown,
  path: readonly string[] = [],
): Unkeepable | undefined {
  if (typeof value === "string") return UNKEEPABLE.test(value) ? unkeepableText(path) : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (path.length === MAX_DEPTH) {
    return { field: path[0] ?? "", message: `must not be nested deeper than ${MAX_DEPTH}` };
  }
  for (const [name, inside] of Object.entries(value)) {
    const found = unkeepableName(name, path) ?? findUnkeepable(inside, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unkeepableName(name: string, path: readonly string[]): Unkeepable | undefined {
  if (UNKEEPABLE.test(name)) return unkeepableText(path);
  if (name !== PROTOTYPE) return undefined;
  return { field: [...path, name].join("."), message: "is not a known field or name" };
}

function unkeepableText(path: readonly string[]): Unkeepable {
  return { field: path.join("."), message: "must be text without NUL and without half characters" };
}
