import { Type } from "typebox";
import { Nullable } from "../../src/protocol/nullable.ts";

/** These clients say null for what they leave out. */
export const Nullish = <T extends Type.TSchema>(schema: T) => Type.Optional(Nullable(schema));

/** Only what was given: neither null nor undefined. */
export function given<T extends object>(
  fields: {
    [K in keyof T]: T[K] | null | undefined;
  },
): T {
  const entries = Object.entries(fields).filter(([, value]) => value != null);
  return Object.fromEntries(entries) as T;
}
