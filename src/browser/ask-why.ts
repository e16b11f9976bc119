import type { ErrorCode } from "../protocol/errors.ts";

/** Why the proxy lets nobody in, or that this is not known: then it is worth another try. */
export type Why =
  | { readonly kind: "unknown" }
  | { readonly kind: "refused" | "ended"; readonly code: ErrorCode; readonly message: string };

const KINDS: Partial<Record<ErrorCode, "refused" | "ended">> = {
  unauthorized: "refused",
  forbidden: "refused",
  "cross-origin": "refused",
  "not-found": "ended",
  "backend-ended": "ended",
};

/** A browser does not tell why a WebSocket was refused; to an ordinary request the proxy says it. */
export async function askWhy(
  url: string,
  fetcher: typeof fetch,
  signal: AbortSignal,
): Promise<Why> {
  const init = {
    headers: { accept: "application/json" },
    cache: "no-store",
    credentials: "omit",
    redirect: "manual",
    signal,
  } as const;
  try {
    const response = await fetcher(url, init);
    if (response.status < 400 || response.status >= 500) {
      void response.body?.cancel().catch(() => undefined);
      return { kind: "unknown" };
    }
    return readWhy(await response.json());
  } catch {
    return { kind: "unknown" };
  }
}

/** A backend's own refusals are its own business: they lack an id, or have codes that are not ours. */
function readWhy(body: unknown): Why {
  const { error } = (body ?? {}) as { error?: { id?: unknown; code?: unknown; message?: unknown } };
  const kind = KINDS[error?.code as ErrorCode];
  if (kind === undefined || typeof error?.id !== "string") return { kind: "unknown" };
  return { kind, code: error.code as ErrorCode, message: String(error.message) };
}
