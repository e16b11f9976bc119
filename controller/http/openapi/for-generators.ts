import { validatorOf } from "../../../src/protocol/validate.ts";
import { isObject, type Json, type JsonObject } from "./hoist-schemas.ts";

const MAX_INT32 = 2 ** 31 - 1;

/** Generators for typed languages make 32 bits of an integer that does not say otherwise. */
export function sizedIntegers(node: Json): Json {
  if (Array.isArray(node)) return node.map(sizedIntegers);
  if (!isObject(node)) return node;
  const sized = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, sizedIntegers(value)]),
  );
  const { type, maximum } = node;
  if (type !== "integer" || (typeof maximum === "number" && maximum <= MAX_INT32)) return sized;
  return { ...sized, format: "int64" };
}

/** Wants one of two fields, which its schema cannot say in words that a person would understand. */
const NEVER_EMPTY = "connect";

/** A body that may be empty may be left out. */
export function withOptionalBody(operation: JsonObject): JsonObject {
  const { requestBody, operationId } = operation;
  if (!isObject(requestBody) || !isObject(requestBody.content)) return operation;
  const json = requestBody.content["application/json"];
  const schema = isObject(json) ? json.schema : undefined;
  if (!isObject(schema)) return operation;
  const required = operationId === NEVER_EMPTY || !validatorOf(schema as never).accepts({});
  return { ...operation, requestBody: { ...requestBody, required } };
}
