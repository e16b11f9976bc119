import { ERROR_SCHEMA, withErrorAnswers } from "./error-answers.ts";
import { EXAMPLES } from "./examples.ts";
import { sizedIntegers, withOptionalBody } from "./for-generators.ts";
import { hoistSchemas, isObject, type JsonObject } from "./hoist-schemas.ts";
import { namedSchemas } from "./named-schemas.ts";
import { showPatterns } from "./pattern-names.ts";

const TAGS: readonly { name: string; description: string }[] = [
  { name: "connect", description: "Get or create the backend of a key." },
  { name: "backends", description: "Look at backends, follow them, end them." },
  { name: "tokens", description: "Who may reach a backend, and no longer." },
  { name: "fleet", description: "What runs backends and leads to them." },
  { name: "services", description: "Named spawn configs." },
  { name: "access", description: "API keys, sessions and who did what." },
  { name: "health", description: "Whether a controller serves." },
];

/** What the document says of itself, before its paths. */
export function documentHead(version: string) {
  return {
    openapi: "3.1.0",
    info: {
      title: "Hangar",
      version,
      description:
        "One live, stateful backend per key, with a URL of its own. Send an API key as " +
        "`Authorization: Bearer <key>`; only status and health need none. Errors are " +
        '`{"error": {"id", "code", "message", "details"?}}`, and the id stands in the log of the controller. ' +
        "Lists take `limit` and `cursor`. Streams are server-sent events that resume by `Last-Event-ID`.",
      license: { name: "MIT", identifier: "MIT" },
    },
    tags: [...TAGS],
    components: {
      securitySchemes: {
        apiKey: {
          type: "http" as const,
          scheme: "bearer",
          description: "An API key, `hak_…`.",
        },
      },
    },
  };
}

/** The document that Fastify has made of the routes, with names, examples and every error. */
export function completeDocument(made: JsonObject): JsonObject {
  const paths = showPatterns(made.paths ?? {});
  const answered = mapOperations(isObject(paths) ? paths : {}, (operation) =>
    withErrorAnswers(withOptionalBody(operation)),
  );
  const named = namedSchemas();
  const { document, schemas } = hoistSchemas(answered, named);
  const all = { ...schemas, [ERROR_SCHEMA]: named.get(ERROR_SCHEMA) ?? {} };
  return {
    ...made,
    components: {
      ...(isObject(made.components) ? made.components : {}),
      schemas: sizedIntegers(exampled(all)),
    },
    paths: sizedIntegers(document),
  };
}

function mapOperations(paths: JsonObject, map: (operation: JsonObject) => JsonObject): JsonObject {
  const inPath = (item: JsonObject) =>
    Object.fromEntries(
      Object.entries(item).map(([key, value]) => [key, isObject(value) ? map(value) : value]),
    );
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [path, isObject(item) ? inPath(item) : item]),
  );
}

function exampled(schemas: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const example = EXAMPLES[name];
      return [
        name,
        isObject(schema) && example !== undefined ? { ...schema, examples: [example] } : schema,
      ];
    }),
  );
}
