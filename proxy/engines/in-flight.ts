import type { Forward } from "../engine.ts";

/** What is forwarded at the moment, and how each is ended before its time. */
export class InFlight {
  readonly #open = new Map<() => void, Forward>();

  /** Returns the function that says that it is over. */
  add(forward: Forward, cut: () => void): () => void {
    this.#open.set(cut, forward);
    return () => void this.#open.delete(cut);
  }

  cut(which: (forward: Forward) => boolean): void {
    for (const [cut, forward] of [...this.#open]) if (which(forward)) cut();
  }
}
