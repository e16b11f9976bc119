import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";

/** A compiled schema: a type guard, and the first thing wrong with what fails it. */
export interface Validator<T> {
  accepts(value: unknown): value is T;
  /** "spawn.port: must be <= 65535"; only for a value that was not accepted. */
  explain(value: unknown): string;
  /** The same in parts; the field is empty where the whole value is meant. */
  problem(value: unknown): { field: string; message: string };
}

export function validatorOf<S extends TSchema>(schema: S): Validator<Static<S>> {
  // Most of a process's schemas are never asked, and compiling them all is most of its start.
  let made: ReturnType<typeof Compile> | undefined;
  const compiled = () => {
    made ??= Compile(schema);
    return made;
  };
  const problem = (value: unknown) => {
    const told = mostTelling(compiled().Errors(value));
    return {
      field: told === undefined ? "" : fieldAt(told.instancePath),
      message: told === undefined ? "no error" : messageOf(told),
    };
  };
  return {
    accepts: (value): value is Static<S> => compiled().Check(value),
    problem,
    explain(value) {
      const { field, message } = problem(value);
      return field === "" ? message : `${field}: ${message}`;
    },
  };
}

type Problem = ReturnType<ReturnType<typeof Compile>["Errors"]>[number];

/** "/spawn/labels/a~1b", a JSON pointer (RFC 6901), as "spawn.labels.a/b". */
function fieldAt(pointer: string): string {
  const names = pointer.slice(1).split("/");
  return names.map((name) => asField(name.replaceAll("~1", "/").replaceAll("~0", "~"))).join(".");
}

/** What nobody would call a field may be a value in the wrong place, and a secret: it is not told back. */
function asField(name: string): string {
  return /^[\w./~-]*$/.test(name) ? name : "(…)";
}

/** Of a union each branch has its own complaint: one of the right type knows better what is wrong. */
function mostTelling(problems: readonly Problem[]): Problem | undefined {
  const [first] = problems;
  if (first?.keyword !== "type" || !first.schemaPath.includes("/anyOf/")) return first;
  const { instancePath: here } = first;
  const knows = ({ instancePath, keyword }: Problem) =>
    instancePath.startsWith(`${here}/`) ||
    (instancePath === here && !["type", "anyOf", "const"].includes(keyword));
  return problems.find(knows) ?? first;
}

function messageOf({ keyword, message, params }: Problem): string {
  // What a schema forbids by name fails as the schema "false".
  if (keyword === "boolean") return "is not a known field or name";
  const { allowedValues, allowedValue = allowedValues } = params as Record<string, unknown>;
  return allowedValue === undefined ? message : `must be ${[allowedValue].flat().join(" or ")}`;
}
