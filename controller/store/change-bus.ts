import type { Change } from "./store.ts";

/**
 * Carries changes, as ids only, from who has committed them to everybody who watches; and posts from one
 * controller to another.
 */
export interface ChangeBus extends AsyncDisposable {
  publish(change: Change): void;
  /** Returns the function that stops listening. */
  subscribe(listener: (change: Change) => void): () => void;
  /** May get lost; in the order of the calls. Less than 7,600 bytes, without a line feed. */
  post(to: string, text: string): void;
  /** What was posted to this address. Returns the function that stops listening. */
  onPost(address: string, listener: (text: string) => void): () => void;
}

/** Of one process, whose changes are all there are. */
export function localBus(): ChangeBus {
  const listeners = new Set<(change: Change) => void>();
  const addressees = new Map<string, (text: string) => void>();
  return {
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    post(to, text) {
      addressees.get(to)?.(text);
    },
    onPost(address, listener) {
      addressees.set(address, listener);
      return () => void addressees.delete(address);
    },
    async [Symbol.asyncDispose]() {
      addressees.clear();
      listeners.clear();
    },
  };
}
