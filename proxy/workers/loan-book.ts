/** A limit's part for each of so many workers: a quarter of it is shared out, and never asked for. */
export function shareOf(max: number, workers: number): number {
  return Math.floor(max / (4 * workers));
}

/**
 * What workers have open beyond their own shares, of one limit: lent one by one, so that all of them
 * together never have more than the limit.
 */
export class LoanBook {
  readonly #max: number;
  readonly #lentByOwner = new Map<string, Map<number, number>>();

  constructor(max: number) {
    this.#max = max;
  }

  lend(worker: number, owner: string): boolean {
    const lent = this.#lentByOwner.get(owner) ?? new Map<number, number>();
    const sum = [...lent.values()].reduce((all, count) => all + count, 0);
    if (sum >= this.#max) return false;
    lent.set(worker, (lent.get(worker) ?? 0) + 1);
    this.#lentByOwner.set(owner, lent);
    return true;
  }

  giveBack(worker: number, owner: string): void {
    const lent = this.#lentByOwner.get(owner);
    const left = (lent?.get(worker) ?? 0) - 1;
    if (left > 0) lent?.set(worker, left);
    else this.#forgetOf(owner, worker);
  }

  /** It is gone, and all that it had. */
  forget(worker: number): void {
    for (const owner of [...this.#lentByOwner.keys()]) this.#forgetOf(owner, worker);
  }

  #forgetOf(owner: string, worker: number): void {
    const lent = this.#lentByOwner.get(owner);
    lent?.delete(worker);
    if (lent?.size === 0) this.#lentByOwner.delete(owner);
  }
}
