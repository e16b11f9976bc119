import type { BackendId } from "../src/protocol/ids.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { BackendRecord, Store } from "./store/store.ts";

export interface WatchDeps {
  store: Pick<Store, "getBackend">;
  changes: ChangeFeed;
}

/**
 * A backend's record now and after each change, until the signal aborts. It listens before it reads,
 * so nothing falls between; several changes at once may come as one.
 */
export async function* watchBackend(
  { store, changes }: WatchDeps,
  id: BackendId,
  signal: AbortSignal,
): AsyncGenerator<BackendRecord> {
  let changed = deferred();
  const notice = () => changed.resolve();
  const stops = [changes.on(`backend:${id}`, notice), changes.on(`progress:${id}`, notice)];
  signal.addEventListener("abort", notice, { once: true });
  try {
    while (!signal.aborted) {
      changed = deferred();
      const backend = await store.getBackend(id);
      if (backend === undefined) return;
      yield backend;
      if (signal.aborted) return;
      await changed.promise;
    }
  } finally {
    signal.removeEventListener("abort", notice);
    for (const stop of stops) stop();
  }
}

/** What a caller who waits for ready waits for: it is ready, or will never be. */
export function isSettled({ state }: BackendRecord): boolean {
  return state.status === "ready" || state.status === "terminated";
}

/** The record as soon as it fits, or as it was last seen when the signal aborted. */
export async function waitForBackend(
  deps: WatchDeps,
  id: BackendId,
  fits: (backend: BackendRecord) => boolean,
  signal: AbortSignal,
): Promise<BackendRecord | undefined> {
  let last: BackendRecord | undefined;
  for await (const backend of watchBackend(deps, id, signal)) {
    last = backend;
    if (fits(backend)) break;
  }
  return last;
}

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
