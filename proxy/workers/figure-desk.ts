import type { Clock } from "../../src/shared/clock.ts";
import {
  type CommonSources,
  commonFigures,
  sumFigures,
  type ToldFigures,
  totalsOf,
} from "../figures/sum-figures.ts";

export interface FigureDeskDeps extends CommonSources {
  clock: Clock;
  /** Asks all workers for theirs; gives those it has asked. */
  askAll(): readonly number[];
}

/** A worker that is too busy for longer is told of as it last was. */
const PATIENCE_MS = 1_000;

/** The figures of all workers as those of one proxy. Its totals never go down, whoever dies. */
export class FigureDesk {
  readonly contentType = sumFigures([]).contentType;
  readonly #deps: FigureDeskDeps;
  readonly #told = new Map<number, ToldFigures>();
  readonly #owing = new Set<number>();
  #ofTheGone: Promise<ToldFigures> = Promise.resolve([]);
  #onAllTold = new AbortController();

  constructor(deps: FigureDeskDeps) {
    this.#deps = deps;
  }

  hear(worker: number, figures: ToldFigures): void {
    this.#told.set(worker, figures);
    this.#settle(worker);
  }

  /** What it has last told of is all that will be known. */
  forget(worker: number): void {
    const last = this.#told.get(worker);
    this.#told.delete(worker);
    if (last !== undefined) {
      this.#ofTheGone = this.#ofTheGone.then((before) => totalsOf([before, last]));
    }
    this.#settle(worker);
  }

  async metrics(): Promise<string> {
    this.#onAllTold = new AbortController();
    for (const worker of this.#deps.askAll()) this.#owing.add(worker);
    if (this.#owing.size > 0) {
      await this.#deps.clock.sleep(PATIENCE_MS, this.#onAllTold.signal).catch(() => undefined);
    }
    const ofTheGone = await this.#ofTheGone;
    const own = await commonFigures(this.#deps);
    return await sumFigures([...this.#told.values(), ofTheGone], own).metrics();
  }

  #settle(worker: number): void {
    this.#owing.delete(worker);
    if (this.#owing.size === 0) this.#onAllTold.abort();
  }
}
