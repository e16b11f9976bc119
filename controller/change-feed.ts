import type { Change, Store } from "./store/store.ts";

type Topic = `backend:${string}` | `progress:${string}` | `actions:${string}` | "api-keys";

/** One subscription to the store, handed on by id, so that a change costs only who waits for it. */
export class ChangeFeed implements AsyncDisposable {
  readonly #listeners = new Map<Topic, Set<() => void>>();
  readonly #ofRevocations = new Set<(seq: number) => void>();
  readonly #unsubscribe: () => void;

  constructor(store: Pick<Store, "subscribe">) {
    this.#unsubscribe = store.subscribe((change) => this.#hear(change));
  }

  /** Returns the function that stops listening. */
  on(topic: Topic, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) {
        this.#listeners.delete(topic);
      }
    };
  }

  /** Returns the function that stops listening. */
  onRevocation(listener: (seq: number) => void): () => void {
    this.#ofRevocations.add(listener);
    return () => void this.#ofRevocations.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    this.#ofRevocations.clear();
    this.#listeners.clear();
  }

  #hear(change: Change): void {
    if (change.kind === "revocation") for (const tell of this.#ofRevocations) tell(change.seq);
    else this.#hand(topicOf(change));
  }

  #hand(topic: Topic): void {
    for (const listener of [...(this.#listeners.get(topic) ?? [])]) listener();
  }
}

function topicOf(change: Exclude<Change, { kind: "revocation" }>): Topic {
  switch (change.kind) {
    case "backend":
    case "progress":
      return `${change.kind}:${change.id}`;
    case "actions":
      return `actions:${change.drone}`;
    case "api-key":
      return "api-keys";
    default:
      return change satisfies never;
  }
}
