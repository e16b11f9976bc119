import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../../src/protocol/errors.ts";
import { newErrorId } from "../../src/protocol/ids.ts";
import { count } from "../../src/shared/figures/count.ts";
import type { Log } from "../../src/shared/log.ts";
import { redactText } from "../../src/shared/redact.ts";
import type { Figures } from "../figures/figures.ts";
import { toApiError } from "../to-api-error.ts";

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
export function answerError(
  { log, figures }: { log: Log; figures: Pick<Figures, "errors"> },
  shape = ownShape,
) {
  return async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const refusal = toApiError(error);
    count(figures.errors, refusal.code);
    const errorId = newErrorId();
    const route = `${request.method} ${request.routeOptions.url ?? "(no route)"}`;
    if (refusal.code === "internal-error") {
      log.error({ err: error, errorId, route }, "request failed");
    } else if (refusal.code === "unavailable" && refusal.cause !== undefined) {
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
