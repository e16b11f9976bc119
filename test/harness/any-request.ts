import fc from "fast-check";
import type { Json, JsonObject } from "../../controller/http/openapi/hoist-schemas.ts";
import { arbitraryOf, nearlyOf } from "./arbitrary-of.ts";
import { jsonSchemaIn, type Operation, parametersOf, resolved } from "./operations.ts";

export interface AnyRequest {
  method: string;
  path: string;
  query: Record<string, Json | undefined>;
  body: Json | undefined;
}

/** Requests as the document has them and as it nearly has them; ids that exist come up often. */
export function anyRequest(
  document: JsonObject,
  operation: Operation,
  known: Readonly<Record<string, readonly string[]>>,
): fc.Arbitrary<AnyRequest> {
  const parameters = parametersOf(operation).map((one) => resolved(document, one) as JsonObject);
  const inPath = parameters.filter((one) => one.in === "path");
  const inQuery = parameters.filter((one) => one.in === "query");
  const body = jsonSchemaIn(operation.spec.requestBody);
  const valueInPath = ({ name, schema }: JsonObject) => {
    const there = known[String(name)] ?? [];
    const made = nearlyOf(schema);
    return there.length === 0 ? made : fc.oneof(fc.constantFrom<Json>(...there), made);
  };
  return fc.record({
    method: fc.constant(operation.method),
    path: fc
      .record(Object.fromEntries(inPath.map((one) => [String(one.name), valueInPath(one)])))
      .map((values) => filledIn(operation.path, values)),
    query: fc.record(
      Object.fromEntries(inQuery.map((one) => [String(one.name), nearlyOf(one.schema)])),
      { requiredKeys: [] },
    ),
    body:
      body === undefined
        ? fc.constant(undefined)
        : fc.oneof(
            { weight: 1, arbitrary: arbitraryOf(resolved(document, body)) },
            { weight: 1, arbitrary: nearlyOf(resolved(document, body)) },
          ),
  });
}

function filledIn(path: string, values: Record<string, Json>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => urlText(values[name] ?? null));
}

/** As it can stand in a URL: lone surrogates cannot. */
export function urlText(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, "?"));
}
