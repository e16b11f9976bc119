import { ApiError, type ErrorCode } from "../src/protocol/errors.ts";
import { isDatabaseAway } from "./store/database-away.ts";

const CODE_OF_STATUS: Record<number, ErrorCode> = {
  400: "invalid-request",
  413: "payload-too-large",
  // A part of the path that is longer than any id.
  414: "not-found",
  415: "unsupported-media-type",
  503: "unavailable",
};

/** What went wrong, as a caller is told of it. */
export function toApiError(error: unknown): ApiError {
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
