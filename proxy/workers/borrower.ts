import type { SharedQuotas } from "../entrance/entrance.ts";
import { LentQuota } from "./lent-quota.ts";
import type { Limit, Limits, ToPrimary } from "./messages.ts";

/** A worker's limits: what it may have by itself, and what it asks its primary for. */
export class Borrower {
  readonly quotas: SharedQuotas;
  readonly #send: (message: ToPrimary) => void;
  readonly #waiting = new Map<number, (granted: boolean) => void>();
  #lastId = 0;
  #isAlone = false;

  constructor(send: (message: ToPrimary) => void, shares: Limits) {
    this.#send = send;
    this.quotas = {
      all: this.#quota("all", shares.all),
      perAddress: this.#quota("perAddress", shares.perAddress),
    };
  }

  answered(id: number, granted: boolean): void {
    this.#waiting.get(id)?.(granted);
    this.#waiting.delete(id);
  }

  /** There is nobody to ask any more. */
  alone(): void {
    this.#isAlone = true;
    for (const answer of this.#waiting.values()) answer(false);
    this.#waiting.clear();
  }

  #quota(limit: Limit, share: number): LentQuota {
    const borrow = (owner: string) => this.#borrow(limit, owner);
    const giveBack = (owner: string) => this.#send({ type: "give-back", limit, owner });
    return new LentQuota({ borrow, giveBack }, share);
  }

  #borrow(limit: Limit, owner: string): Promise<boolean> {
    if (this.#isAlone) return Promise.resolve(false);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ type: "borrow", id, limit, owner });
    });
  }
}
