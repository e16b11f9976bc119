import { LoanBook, shareOf } from "./loan-book.ts";
import type { Limit, Limits } from "./messages.ts";

/** The primary's side of all limits. */
export class Lenders {
  /** What each worker has for its own. */
  readonly shares: Limits;
  readonly #books: Record<Limit, LoanBook>;

  constructor(limits: Limits, workers: number) {
    const share = (max: number) => shareOf(max, workers);
    this.shares = { all: share(limits.all), perAddress: share(limits.perAddress) };
    const book = (limit: Limit) => new LoanBook(limits[limit] - this.shares[limit] * workers);
    this.#books = { all: book("all"), perAddress: book("perAddress") };
  }

  lend(limit: Limit, worker: number, owner: string): boolean {
    return this.#books[limit].lend(worker, owner);
  }

  giveBack(limit: Limit, worker: number, owner: string): void {
    this.#books[limit].giveBack(worker, owner);
  }

  /** It is gone, and all that it had. */
  forget(worker: number): void {
    for (const book of Object.values(this.#books)) book.forget(worker);
  }
}
