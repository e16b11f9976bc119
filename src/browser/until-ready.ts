import type { SessionBackend } from "./session-backend.ts";

const SILENCE_MS = 5_000;

/**
 * Resolves with whether a connection is worth a try: false once the backend is ending. A page that cannot
 * reach the status, or is refused it, still has the proxy, which holds requests until the backend is ready.
 */
export async function untilReady(backend: SessionBackend, signal: AbortSignal): Promise<boolean> {
  while (!backend.isReady() && !backend.isEnding()) {
    if (backend.error !== undefined) return true;
    const hasNews = await news(backend, signal);
    if (!hasNews && backend.latestStatus === undefined) return true;
  }
  return !backend.isEnding();
}

/** Whether a status came, before the silence became too long or the feed broke. */
function news(backend: SessionBackend, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const end = (settle: () => void) => {
      clearTimeout(timer);
      for (const unsubscribe of subscriptions) unsubscribe();
      signal.removeEventListener("abort", abandon);
      settle();
    };
    const abandon = () => end(() => reject(signal.reason));
    const timer = setTimeout(() => end(() => resolve(false)), SILENCE_MS);
    const subscriptions = [
      backend.onStatus(() => end(() => resolve(true))),
      backend.onError(() => end(() => resolve(false))),
    ];
    signal.addEventListener("abort", abandon);
  });
}
