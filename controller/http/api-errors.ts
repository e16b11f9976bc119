import { ERROR_STATUS, ErrorBody, type ErrorCode } from "../../src/protocol/errors.ts";

/** The error answers of a route by their status, for its schema; any route may also fail with these. */
export function errors(...codes: ErrorCode[]): Record<number, typeof ErrorBody> {
  const all: ErrorCode[] = [...codes, "unauthorized", "forbidden", "rate-limited"];
  return Object.fromEntries(all.map((code) => [ERROR_STATUS[code], ErrorBody]));
}
