import type { ClientMessage } from "../wire.ts";
import type { Point } from "./view.ts";

const INTERVAL_MS = 40;

/** Tells the others where this visitor points, no more often than they could see. */
export class CursorReport {
  #at: Point | undefined;
  #isTold = true;
  #toldAtMs = 0;

  /** In board units; undefined once the pointer has left. */
  pointAt(at: Point | undefined): void {
    this.#at = at;
    this.#isTold = false;
  }

  get isDue(): boolean {
    return !this.#isTold;
  }

  /** Undefined if there is nothing to tell, or not yet. */
  next(nowMs: number): ClientMessage | undefined {
    if (this.#isTold || nowMs - this.#toldAtMs < INTERVAL_MS) return undefined;
    this.#isTold = true;
    this.#toldAtMs = nowMs;
    const at = this.#at;
    return { type: "cursor", at: at === undefined ? null : [Math.round(at.x), Math.round(at.y)] };
  }
}
