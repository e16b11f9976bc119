/** A limit on what is open of each owner at a time. */
export interface Quota {
  /** Whether one more may open; later, where others have to be asked. What was granted is released once. */
  take(owner: string): boolean | Promise<boolean>;
  release(owner: string): void;
}

/** For a proxy that is one process. */
export class OwnQuota implements Quota {
  readonly #max: number;
  readonly #openByOwner = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  take(owner: string): boolean {
    const open = this.#openByOwner.get(owner) ?? 0;
    if (open >= this.#max) return false;
    this.#openByOwner.set(owner, open + 1);
    return true;
  }

  release(owner: string): void {
    const left = (this.#openByOwner.get(owner) ?? 0) - 1;
    if (left > 0) this.#openByOwner.set(owner, left);
    else this.#openByOwner.delete(owner);
  }
}
