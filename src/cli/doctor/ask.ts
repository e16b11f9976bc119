import { isSendableKey } from "../../client/sendable.ts";

/** What an address says to a GET: an answer of some kind, or why there is none. */
export type Reply =
  | { kind: "answered"; status: number; body: unknown; tookMs: number; date: number | undefined }
  | { kind: "silent"; why: string };

export interface AskOptions {
  key?: string | undefined;
  signal: AbortSignal;
}

const PATIENCE_MS = 5_000;
const NO_KEY = "the key holds what no header can, such as a space or a line break";

export async function ask(url: string, { key, signal }: AskOptions): Promise<Reply> {
  if (key !== undefined && !isSendableKey(key)) return { kind: "silent", why: NO_KEY };
  const beganMs = performance.now();
  try {
    const response = await fetch(url, {
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    const text = await response.text();
    const tookMs = performance.now() - beganMs;
    const date = Date.parse(response.headers.get("date") ?? "");
    return {
      kind: "answered",
      status: response.status,
      body: parseJson(text),
      tookMs,
      date: Number.isNaN(date) ? undefined : date,
    };
  } catch (error) {
    return { kind: "silent", why: whyOf(error) };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Platforms hide the reason of a failed fetch in its cause. */
function whyOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === "TimeoutError" || name === "AbortError")
    return `no answer within ${PATIENCE_MS / 1_000} s`;
  return cause?.code ?? cause?.message ?? message;
}
