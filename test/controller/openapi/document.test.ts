import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../controller/http/openapi/hoist-schemas.ts";
import { isObject } from "../../../controller/http/openapi/hoist-schemas.ts";
import { validatorOf } from "../../../src/protocol/validate.ts";
import { apiDocument } from "../../harness/api-document.ts";
import {
  jsonSchemaIn,
  type Operation,
  objectAt,
  operationsOf,
  parametersOf,
  resolved,
} from "../../harness/operations.ts";

let document: JsonObject;
let operations: Operation[];
beforeAll(async () => {
  document = await apiDocument();
  operations = operationsOf(document);
});

const nameOf = ({ method, path }: Operation) => `${method} ${path}`;

test("it is an OpenAPI 3.1 document", async () => {
  const result = await new Validator().validate(structuredClone(document));
  expect(result).toMatchObject({ valid: true });
  expect(document.openapi).toBe("3.1.0");
});

test("each operation has a summary, a known tag and an id of its own", () => {
  const tags = (document.tags as { name: string }[]).map(({ name }) => name);
  const poor = operations.filter(
    ({ spec }) =>
      typeof spec.summary !== "string" ||
      typeof spec.operationId !== "string" ||
      !(spec.tags as string[] | undefined)?.every((tag) => tags.includes(tag)),
  );
  expect(poor.map(nameOf)).toEqual([]);
  const ids = operations.map(({ spec }) => spec.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("each parameter says what it is", () => {
  const silent = operations.flatMap((operation) =>
    parametersOf(operation)
      .filter(({ description }) => typeof description !== "string" || description === "")
      .map(({ name }) => `${nameOf(operation)} ${name}`),
  );
  expect(silent).toEqual([]);
});

test("each field of a request says what it is", () => {
  const silent = operations.flatMap((operation) => {
    const schema = jsonSchemaIn(operation.spec.requestBody);
    return schema === undefined
      ? []
      : silentFields(resolved(document, schema)).map((path) => `${nameOf(operation)} ${path}`);
  });
  expect(silent).toEqual([]);
});

test("each operation tells of the faults that any may meet, and a protected one of its keys", () => {
  for (const { method, path, spec } of operations) {
    const statuses = Object.keys(objectAt(spec, "responses"));
    expect(statuses, `${method} ${path}`).toEqual(expect.arrayContaining(["500", "503"]));
    if (spec.security === undefined) continue;
    expect(statuses, `${method} ${path}`).toEqual(expect.arrayContaining(["401", "403", "429"]));
  }
});

test("each JSON body is a named schema with an example", () => {
  const bodies = operations.flatMap(({ spec, ...operation }) => {
    const answers = Object.entries(objectAt(spec, "responses"));
    const good = answers.filter(([status]) => status.startsWith("2")).map(([, answer]) => answer);
    return [spec.requestBody, ...good]
      .map(jsonSchemaIn)
      .flatMap((body) => (body === undefined ? [] : [[nameOf({ spec, ...operation }), body.$ref]]));
  });
  expect(bodies.length).toBeGreaterThan(20);
  expect(bodies.filter(([, ref]) => exampleOf(ref) === undefined)).toEqual([]);
});

test("each example fits its schema", () => {
  for (const [name, schema] of Object.entries(schemas())) {
    const example = exampleOf(`#/components/schemas/${name}`);
    if (example === undefined) continue;
    const validator = validatorOf(resolved(document, schema) as never);
    expect(validator.accepts(example) ? "" : validator.explain(example), name).toBe("");
  }
});

function schemas(): JsonObject {
  return objectAt(objectAt(document, "components"), "schemas");
}

function exampleOf(ref: Json | undefined): Json | undefined {
  const schema = objectAt(schemas(), String(ref).replace(/.*\//, ""));
  return Array.isArray(schema.examples) ? schema.examples[0] : undefined;
}

/** Fields without a description, by their path. */
function silentFields(schema: Json, path = ""): string[] {
  if (!isObject(schema)) return [];
  return Object.entries(objectAt(schema, "properties")).flatMap(([name, field]) => {
    const here = path === "" ? name : `${path}.${name}`;
    if (!isObject(field)) return [];
    const inside = silentFields(field, here);
    if (inside.length > 0 || field.properties !== undefined) return inside;
    return typeof field.description === "string" ? [] : [here];
  });
}

test("what a caller gives has bounds: no number or cursor is too large for a database", () => {
  const given = operations.flatMap((operation) => [
    ...parametersOf(operation).map(({ name, schema }) => [name, schema] as const),
    ["body" as Json, jsonSchemaIn(operation.spec.requestBody)] as const,
  ]);
  const boundless = given.flatMap(([name, schema]) =>
    schema === undefined ? [] : boundlessIn(resolved(document, schema), String(name)),
  );
  expect(given.length).toBeGreaterThan(60);
  expect([...new Set(boundless)]).toEqual([]);
});

/** Paths of numbers without a greatest, and of digits without an end. */
function boundlessIn(schema: Json, path: string): string[] {
  if (Array.isArray(schema)) return schema.flatMap((each) => boundlessIn(each, path));
  if (!isObject(schema)) return [];
  const isNumber = schema.type === "integer" || schema.type === "number";
  const digits = typeof schema.pattern === "string" && /\[0-9\][+*]/.test(schema.pattern);
  if (digits || (isNumber && schema.maximum === undefined && schema.enum === undefined)) {
    return [path];
  }
  return Object.entries(schema).flatMap(([name, part]) =>
    name === "examples" || name === "example" ? [] : boundlessIn(part, `${path}.${name}`),
  );
}

test("integers that outgrow 32 bits say so, and a body that may be empty is not required", () => {
  const { EpochMs: _, ...all } = schemas();
  expect(objectAt(objectAt(objectAt(all, "Backend"), "properties"), "created_at")).toMatchObject({
    format: "int64",
  });
  const required = operations.flatMap(({ path, spec }) =>
    isObject(spec.requestBody) && spec.requestBody.required === false ? [path] : [],
  );
  expect(required).toContain("/v1/backends/{id}/terminate");
  expect(required).not.toContain("/v1/connect");
});
