import { ERROR_STATUS, ErrorBody, type ErrorCode } from "../../src/protocol/errors.ts";

/** Where the document finds which codes an answer of this status may have. */
export const CODES = "x-codes";

/** The error answers of a route by their status, for its schema; what any route may answer is added by the document. */
export function errors(...codes: ErrorCode[]): Record<number, typeof ErrorBody> {
  const statuses = new Set(codes.map((code) => ERROR_STATUS[code]));
  return Object.fromEntries(
    [...statuses].map((status) => [
      status,
      { ...ErrorBody, [CODES]: codes.filter((code) => ERROR_STATUS[code] === status) },
    ]),
  );
}
