import type { ApiError, ErrorCode } from "../../../src/protocol/errors.ts";
import type { ErrorAnswer } from "../../http/answer-error.ts";

/** The codes that the jamsocket command knows by name. */
const KNOWN: Partial<Record<ErrorCode, string>> = {
  unauthorized: "InvalidAuth",
  forbidden: "Forbidden",
  "backend-ended": "BackendNotRunning",
};

export function jamsocketError(refusal: ApiError, id: string): ErrorAnswer {
  const { status, message } = refusal;
  const code = KNOWN[refusal.code] ?? pascalCase(refusal.code);
  return { status, body: { error: { message, status, code, id } } };
}

function pascalCase(code: string): string {
  return code.replace(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
