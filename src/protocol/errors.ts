import { type Static, Type } from "typebox";
import { literals } from "./literals.ts";

/** Every refusal of the API and the proxy, with its HTTP status. */
export const ERROR_STATUS = {
  "invalid-request": 400,
  "no-target": 400,
  unauthorized: 401,
  forbidden: 403,
  "cross-origin": 403,
  "not-found": 404,
  "key-held": 409,
  "key-not-held": 409,
  "key-ending": 409,
  "subdomain-taken": 409,
  "order-not-held": 409,
  "last-admin-key": 409,
  "service-exists": 409,
  "no-image": 409,
  "backend-ended": 410,
  "payload-too-large": 413,
  "unsupported-media-type": 415,
  "rate-limited": 429,
  "internal-error": 500,
  "backend-unreachable": 502,
  "no-drone-available": 503,
  "not-ready": 503,
  unavailable: 503,
  "backend-timeout": 504,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;
const ERROR_CODES = Object.keys(ERROR_STATUS) as ErrorCode[];

export const ErrorBody = Type.Object({
  error: Type.Object({
    id: Type.String({ description: "Stands in the log of whoever answered." }),
    code: literals(ERROR_CODES),
    message: Type.String(),
    details: Type.Optional(Type.Unknown()),
  }),
});
export type ErrorBody = Static<typeof ErrorBody>;

export interface ApiErrorOptions {
  details?: unknown;
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** A refusal: the caller's to read and to mend. A bug is a plain Error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: ApiErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }

  body(id: string): ErrorBody {
    const { code, message, details } = this;
    return { error: { id, code, message, ...(details === undefined ? {} : { details }) } };
  }
}
