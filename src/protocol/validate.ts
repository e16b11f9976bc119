import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";

/** A compiled schema: a type guard, and the first thing wrong with what fails it. */
export interface Validator<T> {
  accepts(value: unknown): value is T;
  /** "spawn.port: must be <= 65535"; only for a value that was not accepted. */
  explain(value: unknown): string;
}

export function validatorOf<S extends TSchema>(schema: S): Validator<Static<S>> {
  const compiled = Compile(schema);
  return {
    accepts: (value): value is Static<S> => compiled.Check(value),
    explain(value) {
      const [first] = compiled.Errors(value);
      if (first === undefined) return "no error";
      const path = first.instancePath.slice(1).replaceAll("/", ".");
      const message = first.keyword === "boolean" ? "is not a known field" : first.message;
      return path === "" ? message : `${path}: ${message}`;
    },
  };
}
