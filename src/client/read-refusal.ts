import type { ErrorBody } from "../protocol/errors.ts";
import { HangarError } from "./hangar-error.ts";

/** The error that an answer other than 2xx stands for. */
export async function readRefusal(response: Response): Promise<HangarError> {
  const { status } = response;
  const retryAfterSeconds = readRetryAfter(response.headers.get("retry-after"));
  const body = parseErrorBody(await response.text());
  if (body === undefined) {
    return new HangarError(`${response.url} answered ${status}, and not as Hangar's API does`, {
      code: "unexpected-answer",
      status,
      retryAfterSeconds,
    });
  }
  const { code, message, id, details } = body.error;
  return new HangarError(message, { code, status, id, details, retryAfterSeconds });
}

/** Seconds; the HTTP-date form, which Hangar never sends, counts as absent. */
function readRetryAfter(header: string | null): number | undefined {
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}

function parseErrorBody(text: string): ErrorBody | undefined {
  try {
    const body: Partial<ErrorBody> | null = JSON.parse(text);
    const { code, message } = body?.error ?? {};
    return typeof code === "string" && typeof message === "string"
      ? (body as ErrorBody)
      : undefined;
  } catch {
    return undefined;
  }
}
