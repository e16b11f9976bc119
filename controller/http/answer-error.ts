import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError, type ErrorCode } from "../../src/protocol/errors.ts";
import { newErrorId } from "../../src/protocol/ids.ts";
import type { Log } from "../../src/shared/log.ts";
import { redactText } from "../../src/shared/redact.ts";
import { isDatabaseAway } from "../store/database-away.ts";

export interface ErrorAnswer {
  status: number;
  body: unknown;
}

/** Hangar's own shape. */
const ownShape = (refusal: ApiError, id: string): ErrorAnswer => ({
  status: refusal.status,
  body: refusal.body(id),
});

/** The one place where what went wrong becomes an answer; its id stands in the log beside the cause. */
export function answerError(log: Log, shape = ownShape) {
  return async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const refusal = toApiError(error);
    const errorId = newErrorId();
    const route = `${request.method} ${request.routeOptions.url ?? "(no route)"}`;
    if (refusal.code === "internal-error") {
      log.error({ err: error, errorId, route }, "request failed");
    } else if (refusal.code === "unavailable") {
      log.warn({ err: refusal.cause, errorId, route }, "request refused");
    } else {
      log.info({ errorId, route, code: refusal.code }, "request refused");
    }
    if (refusal.retryAfterSeconds !== undefined) {
      reply.header("retry-after", refusal.retryAfterSeconds);
    }
    if (refusal.code === "unauthorized") reply.header("www-authenticate", "Bearer");
    const { status, body } = shape(withoutSecrets(refusal), errorId);
    await reply.code(status).send(body);
  };
}

/** What repeats the request, as a path, does not repeat a secret in it. */
function withoutSecrets({ code, message, details }: ApiError): ApiError {
  return new ApiError(code, redactText(message), { details });
}

const CODE_OF_STATUS: Record<number, ErrorCode> = {
  400: "invalid-request",
  413: "payload-too-large",
  415: "unsupported-media-type",
  503: "unavailable",
};

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (isDatabaseAway(error)) {
    return new ApiError("unavailable", "the database does not answer", {
      cause: error,
      retryAfterSeconds: 5,
    });
  }
  // Fastify refuses malformed bodies by itself, each with its status.
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  const code = CODE_OF_STATUS[status];
  if (error instanceof Error && code !== undefined) return new ApiError(code, error.message);
  return new ApiError("internal-error", "something went wrong here; the log has it by this id", {
    cause: error,
  });
}
