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
  "method-not-allowed": 405,
  "key-held": 409,
  "key-not-held": 409,
  "key-ending": 409,
  "subdomain-taken": 409,
  "order-not-held": 409,
  "last-admin-key": 409,
  "service-exists": 409,
  "no-image": 409,
  "build-failed": 409,
  "static-token": 409,
  "backend-ended": 410,
  "cursor-gone": 410,
  "request-timeout": 408,
  "payload-too-large": 413,
  "unsupported-media-type": 415,
  "rate-limited": 429,
  "headers-too-large": 431,
  "internal-error": 500,
  "backend-unreachable": 502,
  "no-drone-available": 503,
  "not-ready": 503,
  "too-many-streams": 503,
  unavailable: 503,
  "backend-timeout": 504,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;
/** What each code means, for whoever meets it. */
export const ERROR_MEANING: Record<ErrorCode, string> = {
  "invalid-request": "The request does not fit its schema; `details.field` names the field.",
  "no-target": "The proxy cannot tell which backend is meant: neither host nor path names one.",
  unauthorized: "No API key or token was sent, or one that is not known here any more.",
  forbidden: "The key or token is known, but not for this.",
  "cross-origin": "A cookie alone does not let a request in that comes from another origin.",
  "not-found": "There is nothing of this name, or not for this key.",
  "method-not-allowed": "The path is known, but not with this method; `Allow` says with which.",
  "key-held": "The key's live backend has another tag.",
  "key-not-held": "No live backend has the key, and the request does not say how to spawn one.",
  "key-ending": "The key's backend is still ending, and the time to wait for it is over.",
  "subdomain-taken": "Another live backend of the cluster has this subdomain.",
  "last-admin-key": "Nobody could administer Hangar any more without this key.",
  "no-image": "The service has no image yet, and the request names none.",
  "service-exists": "There is a service of this name already.",
  "order-not-held": "Another proxy may order this certificate now.",
  "static-token": "The backend has a static token, which lives as long as it does: terminate it.",
  "backend-ended": "The backend has ended; connect again for a new one.",
  "cursor-gone":
    "Events after this cursor are not kept any more, or it is another database's; begin anew.",
  "build-failed": "`hangar dev` could not build the image; `message` has the build's last lines.",
  "request-timeout": "The request did not arrive whole in the time there is for it.",
  "payload-too-large": "The request's body is over 1 MiB.",
  "unsupported-media-type": "The body must be JSON, and say so with content-type.",
  "rate-limited": "Too many requests of this key; `Retry-After` says when to come again.",
  "headers-too-large": "The request's head is over 16 KiB.",
  "internal-error": "A fault of Hangar's; its log has the cause under the error's id.",
  "backend-unreachable": "The backend does not take connections, or broke one off.",
  "no-drone-available": "No drone has room for it; `details` has each drone's reason.",
  "not-ready": "The backend was still starting when the time to wait for it was over.",
  "too-many-streams":
    "As many logs, metrics and events are open as there may be; close some, or try again.",
  unavailable: "The database or the controller does not answer; nothing was lost, try again.",
  "backend-timeout": "The backend took the request and did not answer in time.",
};

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
