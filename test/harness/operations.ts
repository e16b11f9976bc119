import {
  isObject,
  type Json,
  type JsonObject,
} from "../../controller/http/openapi/hoist-schemas.ts";

export interface Operation {
  method: string;
  path: string;
  spec: JsonObject;
}

export function operationsOf(document: JsonObject): Operation[] {
  return Object.entries(objectAt(document, "paths")).flatMap(([path, item]) =>
    Object.entries(isObject(item) ? item : {}).flatMap(([method, spec]) =>
      isObject(spec) ? [{ method: method.toUpperCase(), path, spec }] : [],
    ),
  );
}

export function parametersOf({ spec }: Operation): JsonObject[] {
  return (Array.isArray(spec.parameters) ? spec.parameters : []).filter(isObject);
}

/** The schema of a JSON body, of a request or of an answer. */
export function jsonSchemaIn(part: Json | undefined): JsonObject | undefined {
  const content = isObject(part) ? objectAt(part, "content") : {};
  const media = content["application/json"];
  return isObject(media) && isObject(media.schema) ? media.schema : undefined;
}

export function objectAt(node: JsonObject, name: string): JsonObject {
  const value = node[name];
  return isObject(value) ? value : {};
}

/** The schema itself, in place of the references to it; the document has no circles. */
export function resolved(document: JsonObject, node: Json): Json {
  if (Array.isArray(node)) return node.map((each) => resolved(document, each));
  if (!isObject(node)) return node;
  if (typeof node.$ref === "string") return resolved(document, at(document, node.$ref));
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, resolved(document, value)]),
  );
}

function at(document: JsonObject, ref: string): Json {
  const path = ref.replace("#/", "").split("/");
  return path.reduce<Json>((node, name) => (isObject(node) ? (node[name] ?? {}) : {}), document);
}
