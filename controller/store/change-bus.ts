import type { Change } from "./store.ts";

/** Carries changes, as ids only, from who has committed them to everybody who watches. */
export interface ChangeBus extends AsyncDisposable {
  publish(change: Change): void;
  /** Returns the function that stops listening. */
  subscribe(listener: (change: Change) => void): () => void;
}

/** Of one process, whose changes are all there are. */
export function localBus(): ChangeBus {
  const listeners = new Set<(change: Change) => void>();
  return {
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
    },
  };
}
