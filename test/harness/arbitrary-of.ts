import fc from "fast-check";
import {
  isObject,
  type Json,
  type JsonObject,
} from "../../controller/http/openapi/hoist-schemas.ts";
import { objectAt } from "./operations.ts";

/** What breaks naive code: other alphabets, controls, the NUL that PostgreSQL's text cannot hold, lone surrogates. */
const awkward = fc.constantFrom(
  "",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "💥",
  "'; --",
  "../..",
  "%00",
  "​",
  " ",
);
const anyText = fc.oneof(
  awkward,
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 40 }),
);
const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 2 }), anyText) as fc.Arbitrary<Json>;

/** Values that fit a schema without references. Lengths and sizes stay small, so that many runs are quick. */
export function arbitraryOf(schema: Json | undefined): fc.Arbitrary<Json> {
  if (!isObject(schema)) return anyJson;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return fc.oneof(...choices.map(arbitraryOf));
  switch (schema.type) {
    case "string":
      return textOf(schema);
    case "integer":
      return fc.integer(rangeOf(schema));
    case "number":
      return fc.double({ ...rangeOf(schema), noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(arbitraryOf(schema.items), {
        minLength: numberIn(schema, "minItems") ?? 0,
        maxLength: 4,
      });
    case "object":
      return objectOf(schema);
    default:
      return anyJson;
  }
}

/** Values of which one part in a few does not fit. */
export function nearlyOf(schema: Json | undefined): fc.Arbitrary<Json> {
  const fits = arbitraryOf(schema);
  const spoilt = fc
    .tuple(fits, fc.nat(), anyJson)
    .map(([value, at, other]) => spoil(value, at, other));
  return fc.oneof(
    { weight: 3, arbitrary: fits },
    { weight: 2, arbitrary: spoilt },
    { weight: 1, arbitrary: anyJson },
  );
}

function spoil(value: Json, at: number, other: Json): Json {
  if (Array.isArray(value)) return [...value, other];
  if (!isObject(value)) return other;
  const names = Object.keys(value);
  const name = names[at % Math.max(names.length, 1)];
  if (name === undefined) return { unknown: other };
  const inside = value[name] ?? null;
  return { ...value, [name]: at % 2 === 0 ? other : spoil(inside, Math.floor(at / 2), other) };
}

function textOf(schema: JsonObject): fc.Arbitrary<string> {
  if (typeof schema.pattern === "string") return fc.stringMatching(new RegExp(schema.pattern));
  const minLength = numberIn(schema, "minLength") ?? 0;
  const maxLength = Math.min(numberIn(schema, "maxLength") ?? 40, 40);
  return anyText.filter((text) => text.length >= minLength && text.length <= maxLength);
}

function rangeOf(schema: JsonObject): { min: number; max: number } {
  const above = numberIn(schema, "exclusiveMinimum");
  return {
    min: numberIn(schema, "minimum") ?? (above === undefined ? -1_000 : above + 1),
    max: numberIn(schema, "maximum") ?? Number.MAX_SAFE_INTEGER,
  };
}

function objectOf(schema: JsonObject): fc.Arbitrary<Json> {
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  const fields = Object.fromEntries(
    Object.entries(objectAt(schema, "properties")).map(([name, field]) => [
      name,
      arbitraryOf(field),
    ]),
  );
  const own = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  const [[pattern, inner] = []] = Object.entries(objectAt(schema, "patternProperties"));
  if (pattern === undefined) {
    const others = schema.additionalProperties;
    const free = Object.keys(fields).length === 0 && others !== false;
    return (
      free
        ? fc.dictionary(anyText, arbitraryOf(isObject(others) ? others : undefined), { maxKeys: 3 })
        : own
    ) as fc.Arbitrary<Json>;
  }
  return fc.dictionary(fc.stringMatching(new RegExp(pattern)), arbitraryOf(inner), {
    maxKeys: 3,
  }) as fc.Arbitrary<Json>;
}

function numberIn(schema: JsonObject, name: string): number | undefined {
  const value = schema[name];
  return typeof value === "number" ? value : undefined;
}
