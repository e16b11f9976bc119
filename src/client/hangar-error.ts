import type { ErrorCode } from "../protocol/errors.ts";

/** What the API refuses with, and what only the client sees. */
export type HangarErrorCode =
  | ErrorCode
  /** The URL, the API key or the body that was given cannot be sent; nothing was. */
  | "unsendable"
  /** Nothing answered, or the connection broke. */
  | "unreachable"
  /** Something answered that does not speak this API. */
  | "unexpected-answer"
  /** No answer came within the call's `timeoutMs`: what it asked for may have happened. */
  | "timed-out";

export interface HangarErrorFields {
  code: HangarErrorCode;
  status?: number | undefined;
  id?: string | undefined;
  details?: unknown;
  retryAfterSeconds?: number | undefined;
  neverSent?: boolean;
  cause?: unknown;
}

/** Every failure of a call, but for an abort: that rejects with the signal's own reason. */
export class HangarError extends Error {
  override readonly name = "HangarError";
  readonly code: HangarErrorCode;
  /** The HTTP status; undefined if nothing answered. */
  readonly status: number | undefined;
  /** Stands in the controller's log. */
  readonly id: string | undefined;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;
  /** The request certainly did nothing: it never left. */
  readonly neverSent: boolean;

  constructor(message: string, fields: HangarErrorFields) {
    super(message, fields.cause === undefined ? {} : { cause: fields.cause });
    this.code = fields.code;
    this.status = fields.status;
    this.id = fields.id;
    this.details = fields.details;
    this.retryAfterSeconds = fields.retryAfterSeconds;
    this.neverSent = fields.neverSent ?? false;
  }
}

/** Also for an error of another copy of this library, which `instanceof` does not know. */
export function isHangarError(error: unknown): error is HangarError {
  if (error instanceof HangarError) return true;
  return error instanceof Error && error.name === "HangarError" && "code" in error;
}
