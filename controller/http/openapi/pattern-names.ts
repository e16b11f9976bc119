import { isObject, type Json } from "./hoist-schemas.ts";

/**
 * `@fastify/swagger` would make additionalProperties of the first of patternProperties, as OpenAPI 3.0
 * needed it; 3.1 has them, so they are shown to it under a name that it leaves alone.
 */
const IN_SCHEMAS = "patternProperties";
const IN_PASSING = "x-pattern-properties";

export const hidePatterns = (schemas: Json): Json => renamed(schemas, IN_SCHEMAS, IN_PASSING);
export const showPatterns = (document: Json): Json => renamed(document, IN_PASSING, IN_SCHEMAS);

function renamed(node: Json, from: string, to: string): Json {
  if (Array.isArray(node)) return node.map((each) => renamed(each, from, to));
  if (!isObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [
      name === from ? to : name,
      renamed(value, from, to),
    ]),
  );
}
