import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isObject, type JsonObject } from "../../controller/http/openapi/hoist-schemas.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { jsonSchemaIn, objectAt, resolved } from "./operations.ts";

type Judge = (body: unknown) => string[];

const judges = new Map<string, Judge>();

/** What is wrong with an answer by the document of who gives it. */
export function judgeAnswer(
  fastify: FastifyInstance,
  { routeOptions: { url, schema }, method }: FastifyRequest,
  reply: FastifyReply,
  payload: string,
): string[] {
  const hidden = (schema as { hide?: boolean } | undefined)?.hide === true;
  if (url === undefined || method === "HEAD" || hidden) return [];
  if (!String(reply.getHeader("content-type")).startsWith("application/json")) return [];
  const name = `${method} ${url} ${reply.statusCode}`;
  const judge = judges.get(name) ?? judgeOf(fastify.swagger() as unknown as JsonObject, name);
  judges.set(name, judge);
  return judge(JSON.parse(payload));
}

/** By "GET /v1/drones/:name 200". */
function judgeOf(document: JsonObject, name: string): Judge {
  const [method = "", url = "", status = ""] = name.split(" ");
  const path = url.replace(/:(\w+)/g, "{$1}");
  const operation = objectAt(objectAt(objectAt(document, "paths"), path), method.toLowerCase());
  const schema = jsonSchemaIn(objectAt(operation, "responses")[status]);
  if (schema === undefined) return () => [`${name}: the document has no such answer`];
  const whole = resolved(document, schema);
  if (!isObject(whole)) return () => [`${name}: the document's schema is none`];
  const validator = validatorOf(whole as never);
  return (body) => (validator.accepts(body) ? [] : [`${name}: ${validator.explain(body)}`]);
}
