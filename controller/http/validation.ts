import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { ApiError } from "../../src/protocol/errors.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { findUnkeepable } from "./unkeepable.ts";

/** Numbers are taken as they are printed: neither 0x10 nor 1.5 is an integer, and no text becomes another. */
function fromText(schema: TSchema, input: unknown): unknown {
  const value = Value.Convert(schema, Value.Clone(input));
  if (!isRecord(value) || !isRecord(input)) return value;
  const changed = ([name, part]: [string, unknown]) =>
    typeof part === "number" && String(part) !== input[name];
  const wrong = Object.entries(value).filter(changed);
  return { ...value, ...Object.fromEntries(wrong.map(([name]) => [name, input[name]])) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What does not fit is refused with its field and what was expected. Only what stands in a URL is converted. */
export const compileValidation: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = validatorOf(schema);
  return (input: unknown) => {
    const value = httpPart === "body" ? (input ?? {}) : fromText(schema, input);
    const unkeepable = findUnkeepable(value);
    if (unkeepable === undefined && validator.accepts(value)) return { value };
    const { field, message } = unkeepable ?? validator.problem(value);
    // What cannot be an id is the id of nothing.
    if (httpPart === "params") return { error: new ApiError("not-found", `no such ${field}`) };
    const where = field === "" ? "the request" : field;
    return {
      error: new ApiError("invalid-request", `${where}: ${message}`, { details: { field } }),
    };
  };
};
