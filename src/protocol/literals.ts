import { Type } from "typebox";

/** One of these strings, typed as their union. */
export function literals<const T extends readonly string[]>(values: T) {
  return Type.Unsafe<T[number]>(Type.Enum([...values]));
}
