import {
  isObject,
  type Json,
  type JsonObject,
} from "../../../controller/http/openapi/hoist-schemas.ts";
import { EventParser } from "../../../src/client/event-parser.ts";
import { validatorOf } from "../../../src/protocol/validate.ts";
import { objectAt, resolved } from "../operations.ts";
import type { HeardAnswer } from "./heard-answer.ts";

/** What is wrong with the text of an answer. */
type Judge = (text: string) => string[];

const judges = new Map<string, Judge>();

/** What is wrong with an answer, or a part of a stream, by the API's document. */
export function judgeAnswer(document: JsonObject, answer: HeardAnswer): string[] {
  const { method, url, status, text } = answer;
  const type = answer.type.split(";", 1)[0] ?? "";
  const name = `${method} ${url ?? "(no route)"} ${status} ${type}`.trimEnd();
  const judge = judges.get(name) ?? judgeOf(document, { ...answer, type });
  judges.set(name, judge);
  try {
    return judge(text).map((problem) => `${name}: ${problem}`);
  } catch (error) {
    return [`${name}: ${error}`];
  }
}

function judgeOf(document: JsonObject, { method, url, status, type }: HeardAnswer): Judge {
  if (url === null) return judgeByType(type, isError(document, status));
  const path = url.replace(/:(\w+)/g, "{$1}");
  const operation = objectAt(objectAt(objectAt(document, "paths"), path), method.toLowerCase());
  const answer = objectAt(operation, "responses")[status];
  if (!isObject(answer)) return () => ["the document has no such answer"];
  if (type === "" && answer.content === undefined) return () => [];
  const media = objectAt(answer, "content")[type];
  if (!isObject(media)) return () => ["the document has no such media type"];
  return judgeByType(type, resolved(document, media.schema ?? {}));
}

/** Whatever no route is found for is refused in the form of all errors. */
function isError(document: JsonObject, status: number): Json {
  const error = objectAt(objectAt(document, "components"), "schemas").Error ?? {};
  return status < 400 ? false : resolved(document, error);
}

function judgeByType(type: string, schema: Json): Judge {
  const items = isObject(schema) ? (schema.items ?? {}) : {};
  switch (type) {
    case "application/json": {
      const problems = problemsBy(schema);
      return (text) => problems(JSON.parse(text));
    }
    case "application/x-ndjson": {
      const problems = problemsBy(items);
      return (text) => linesOf(text).flatMap((line) => problems(JSON.parse(line)));
    }
    case "text/event-stream": {
      const problems = problemsBy(unpacked(items));
      return (text) => eventsIn(text).flatMap(problems);
    }
    default:
      return isObject(schema) && schema.type === "string" ? () => [] : () => ["is no text"];
  }
}

function problemsBy(schema: Json): (value: unknown) => string[] {
  const validator = validatorOf(schema as never);
  return (value) => (validator.accepts(value) ? [] : [validator.explain(value)]);
}

function linesOf(text: string): string[] {
  if (text !== "" && !text.endsWith("\n")) throw new Error("a line is written in parts");
  return text.split("\n").slice(0, -1);
}

/** With the data of each as the value that it is. */
function eventsIn(text: string): object[] {
  if (text !== "" && !text.endsWith("\n\n")) throw new Error("an event is written in parts");
  return new EventParser().push(text).map(({ id, event, data }) => ({
    ...(id === undefined ? {} : { id }),
    ...(event === undefined ? {} : { event }),
    data: JSON.parse(data),
  }));
}

/** The schema of what a text has in it, in place of the text's own. */
function unpacked(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(unpacked);
  if (!isObject(schema)) return schema;
  if (schema.contentSchema !== undefined) return schema.contentSchema;
  return Object.fromEntries(Object.entries(schema).map(([name, each]) => [name, unpacked(each)]));
}
