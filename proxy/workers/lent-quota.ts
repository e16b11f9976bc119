import type { Quota } from "../entrance/quota.ts";

export interface LentQuotaDeps {
  /** Asks for one more than the share. */
  borrow(owner: string): Promise<boolean>;
  giveBack(owner: string): void;
}

interface Held {
  own: number;
  lent: number;
}

/** A worker's part of a limit: its share without asking, and what the primary lends beyond that. */
export class LentQuota implements Quota {
  readonly #deps: LentQuotaDeps;
  readonly #share: number;
  readonly #held = new Map<string, Held>();

  constructor(deps: LentQuotaDeps, share: number) {
    this.#deps = deps;
    this.#share = share;
  }

  take(owner: string): boolean | Promise<boolean> {
    const held = this.#held.get(owner) ?? { own: 0, lent: 0 };
    if (held.own >= this.#share) return this.#borrow(owner);
    held.own += 1;
    this.#held.set(owner, held);
    return true;
  }

  /** What is lent goes back first: others may be waiting for it. */
  release(owner: string): void {
    const held = this.#held.get(owner);
    if (held === undefined) return;
    if (held.lent > 0) {
      held.lent -= 1;
      this.#deps.giveBack(owner);
    } else held.own -= 1;
    if (held.own + held.lent === 0) this.#held.delete(owner);
  }

  async #borrow(owner: string): Promise<boolean> {
    if (!(await this.#deps.borrow(owner))) return false;
    const held = this.#held.get(owner) ?? { own: 0, lent: 0 };
    held.lent += 1;
    this.#held.set(owner, held);
    return true;
  }
}
