import { RuntimeError, RuntimeUnavailable } from "../runtime.ts";
import { inPlainWords } from "../too-large.ts";

const DOCKERODES_WORDS = /^\(HTTP code \d+\) [^-]* - /;

/** The Engine answered, and said no. The message is its own. */
export class EngineRefusal extends Error {
  override readonly name = "EngineRefusal";
  readonly statusCode: number;

  constructor(statusCode: number, message: string, cause: unknown) {
    super(message, { cause });
    this.statusCode = statusCode;
  }
}

export function isRefusal(error: unknown, ...statusCodes: number[]): error is EngineRefusal {
  return error instanceof EngineRefusal && statusCodes.includes(error.statusCode);
}

/** A refusal is final for the backend; whatever else it is goes up as it is. */
export function finalFor(reason: RuntimeError["reason"], error: unknown): unknown {
  if (!(error instanceof EngineRefusal)) return error;
  return new RuntimeError(reason, inPlainWords(error.message), error);
}

/** What dockerode throws, told apart: a refusal, an Engine that is away, or a bug of ours. */
export function translateEngineError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { statusCode, json, code } = error as Error & Partial<Record<string, unknown>>;
  if (typeof statusCode === "number") {
    const message = enginesWords(json) ?? error.message.replace(DOCKERODES_WORDS, "").trim();
    // An Engine that is shutting down answers, but knows nothing that will still be true.
    if (statusCode === 503) return new RuntimeUnavailable(message, { cause: error });
    return new EngineRefusal(statusCode, message, error);
  }
  // Every failure of a socket has a system code: ECONNREFUSED, ENOENT, EACCES, ECONNRESET, EPIPE…
  if (typeof code === "string") {
    return new RuntimeUnavailable(`Docker cannot be reached: ${error.message}`, { cause: error });
  }
  return error;
}

function enginesWords(json: unknown): string | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  const { message } = json as { message?: unknown };
  return typeof message === "string" && message !== "" ? message : undefined;
}
