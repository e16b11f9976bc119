/** What is open, and the moment in which nothing is any more. */
export class OpenSet<T> implements Iterable<T> {
  readonly #open = new Set<T>();
  readonly #onEmpty = new Set<() => void>();

  add(one: T): void {
    this.#open.add(one);
  }

  delete(one: T): void {
    this.#open.delete(one);
    if (this.#open.size > 0) return;
    for (const tell of this.#onEmpty) tell();
    this.#onEmpty.clear();
  }

  [Symbol.iterator](): Iterator<T> {
    return [...this.#open].values();
  }

  empty(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.add(resolve));
  }
}
