/** JSON as it stands in an OpenAPI document. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** Puts a reference wherever one of the named schemas stands, in themselves too. */
export function hoistSchemas(
  document: Json,
  named: ReadonlyMap<string, JsonObject>,
): { document: Json; schemas: JsonObject } {
  const nameOf = new Map([...named].map(([name, schema]) => [JSON.stringify(schema), name]));
  const used = new Set<string>();
  const refer = (node: Json): Json => {
    const name = isObject(node) ? nameOf.get(JSON.stringify(node)) : undefined;
    if (name === undefined) return inside(node);
    used.add(name);
    return { $ref: `#/components/schemas/${name}` };
  };
  const inside = (node: Json): Json => {
    if (Array.isArray(node)) return node.map(refer);
    if (!isObject(node)) return node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, refer(value)]));
  };
  const hoisted = refer(document);
  const schemas: JsonObject = {};
  // What a named schema refers to is used as well; a set grows while it is walked.
  for (const name of used) schemas[name] = inside(named.get(name) ?? {});
  return { document: hoisted, schemas };
}

export function isObject(node: Json | undefined): node is JsonObject {
  return typeof node === "object" && node !== null && !Array.isArray(node);
}
