import { ERROR_MEANING, ERROR_STATUS, type ErrorCode } from "../../../src/protocol/errors.ts";
import { CODES } from "../api-errors.ts";
import { isObject, type Json, type JsonObject } from "./hoist-schemas.ts";

export const ERROR_SCHEMA = "Error";

/** Every error that an operation may answer: those that its route names, and those that its kind may. */
export function withErrorAnswers(operation: JsonObject): JsonObject {
  const declared = isObject(operation.responses) ? operation.responses : {};
  const answers = Object.entries(declared).filter(([, answer]) => codesIn(answer).length === 0);
  const named = Object.values(declared).flatMap(codesIn);
  const codes = [...new Set<ErrorCode>([...named, ...codesOfKind(operation)])];
  const statuses = [...new Set(codes.map((code) => ERROR_STATUS[code]))].sort((a, b) => a - b);
  const refusals = statuses.map((status) => [
    String(status),
    answerOf(codes.filter((code) => ERROR_STATUS[code] === status)),
  ]);
  return { ...operation, responses: Object.fromEntries([...answers, ...refusals]) };
}

/** Of routes that want a key, or a session's cookie, which lets in the controller's own pages only. */
const SECURED = ["unauthorized", "forbidden", "cross-origin", "rate-limited"] as const;

function codesOfKind({ security, requestBody, parameters }: JsonObject): ErrorCode[] {
  const isJudged = requestBody !== undefined || parameters !== undefined;
  return [
    ...(security === undefined ? [] : SECURED),
    ...(isJudged ? (["invalid-request"] as const) : []),
    ...(requestBody === undefined
      ? []
      : (["payload-too-large", "unsupported-media-type"] as const)),
    ...(["internal-error", "unavailable"] as const),
  ];
}

function answerOf(codes: readonly ErrorCode[]): JsonObject {
  const retry = codes.some((code) => code === "rate-limited" || ERROR_STATUS[code] === 503);
  const [first = "internal-error"] = codes;
  return {
    description: codes.map((code) => `\`${code}\`: ${ERROR_MEANING[code]}`).join("\n\n"),
    ...(retry ? { headers: RETRY_AFTER } : {}),
    content: {
      "application/json": {
        schema: {
          allOf: [{ $ref: `#/components/schemas/${ERROR_SCHEMA}` }],
          properties: {
            error: { type: "object", properties: { code: { type: "string", enum: [...codes] } } },
          },
        },
        example: { error: { id: "k3v9x2m7q1zt", code: first, message: ERROR_MEANING[first] } },
      },
    },
  };
}

const RETRY_AFTER: JsonObject = {
  "Retry-After": { description: "Seconds.", schema: { type: "integer", minimum: 0 } },
};

function codesIn(answer: Json): ErrorCode[] {
  if (!isObject(answer)) return [];
  const content = isObject(answer.content) ? Object.values(answer.content) : [];
  return content.flatMap((media) => {
    const schema = isObject(media) ? media.schema : undefined;
    return isObject(schema) && Array.isArray(schema[CODES]) ? (schema[CODES] as ErrorCode[]) : [];
  });
}
