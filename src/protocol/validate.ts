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
  const compiled = Compile(schema);
  const problem = (value: unknown) => {
    const [first] = compiled.Errors(value);
    return {
      field: first?.instancePath.slice(1).replaceAll("/", ".") ?? "",
      // What the schema forbids by name fails as the schema "false".
      message:
        first?.keyword === "boolean" ? "is not a known field" : (first?.message ?? "no error"),
    };
  };
  return {
    accepts: (value): value is Static<S> => compiled.Check(value),
    problem,
    explain(value) {
      const { field, message } = problem(value);
      return field === "" ? message : `${field}: ${message}`;
    },
  };
}
