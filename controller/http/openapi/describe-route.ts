import type { SwaggerTransform } from "@fastify/swagger";
import type { FastifySchema } from "fastify";
import { OPERATIONS } from "./operations.ts";
import { hidePatterns } from "./pattern-names.ts";

type Described = ReturnType<SwaggerTransform>;

/** Puts a route's tag, its id and the scope that it needs into the document. */
export const describeRoute: SwaggerTransform = ({ schema, url, route }): Described => {
  const methods = [route.method].flat();
  if (schema?.hide === true || methods.includes("HEAD")) return { schema, url };
  const operation = OPERATIONS[`${methods[0]} ${url}`];
  if (operation === undefined) throw new Error(`operations.ts lacks ${methods[0]} ${url}`);
  const [tag, operationId] = operation;
  const { scope, namespaced = scope === "public" || scope === "any" } = route.config ?? {};
  const description = [schema?.description, needs(scope), namespaced ? "" : ONLY_ALL]
    .filter(Boolean)
    .join("\n\n");
  return {
    schema: {
      ...(hidePatterns(JSON.parse(JSON.stringify(withStreams(schema ?? {})))) as FastifySchema),
      tags: [tag],
      operationId,
      ...(description === "" ? {} : { description }),
      ...(scope === "public" ? {} : { security: [{ apiKey: [] }] }),
    },
    url,
  };
};

/** What is told bit by bit stands beside what is answered whole. */
function withStreams({ streams, ...schema }: FastifySchema): FastifySchema {
  if (streams === undefined) return schema;
  const response = (schema.response ?? {}) as Record<number, unknown>;
  const whole = response[200] === undefined ? {} : { "application/json": response[200] };
  const media = Object.entries({ ...whole, ...streams }).map(([type, each]) => [
    type,
    { schema: each },
  ]);
  const answer = { description: "As it comes.", content: Object.fromEntries(media) };
  return { ...schema, response: { ...response, 200: answer } };
}

const ONLY_ALL = "A key that is restricted to a namespace is refused.";

function needs(scope: string | undefined): string {
  switch (scope) {
    case "public":
      return "Needs no key.";
    case "any":
      return "Any key will do.";
    case "admin":
      return "Needs a key of scope `admin`.";
    default:
      return `Needs a key of scope \`${scope}\` or \`admin\`.`;
  }
}
