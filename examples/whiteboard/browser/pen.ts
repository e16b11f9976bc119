import { type ClientMessage, LIMITS } from "../wire.ts";
import type { Point } from "./view.ts";

/** A stroke of this visitor's that the server has not yet called finished. */
export interface Draft {
  readonly id: string;
  readonly ink: number;
  readonly width: number;
  readonly points: number[];
  /** How many of the points the server has been sent. */
  sent: number;
  isDone: boolean;
  isEndSent: boolean;
}

const POINTS_PER_MESSAGE = 2 * LIMITS.pointsPerMessage;
/** What is kept while the connection is down. */
const MAX_DRAFTS = 100;

/**
 * Draws at once on this screen and tells the server with each frame. What the server has not confirmed
 * is told again after a reconnect, so a stroke drawn meanwhile is not lost.
 */
export class Pen {
  ink = 0;
  width = 6;
  #drafts: Draft[] = [];
  #count = 0;

  get drafts(): readonly Draft[] {
    return this.#drafts;
  }

  get isDown(): boolean {
    return this.#drafts.at(-1)?.isDone === false;
  }

  down(at: Point): void {
    this.up();
    const points = [rounded(at.x), rounded(at.y)];
    const { ink, width } = this;
    const id = `draft:${++this.#count}`;
    this.#drafts.push({ id, ink, width, points, sent: 0, isDone: false, isEndSent: false });
    if (this.#drafts.length > MAX_DRAFTS) this.#drafts.shift();
  }

  moveTo(at: Point): void {
    const draft = this.#drafts.at(-1);
    if (draft === undefined || draft.isDone) return;
    draft.points.push(rounded(at.x), rounded(at.y));
    if (draft.points.length >= 2 * LIMITS.pointsPerStroke) this.down(at);
  }

  up(): void {
    const draft = this.#drafts.at(-1);
    if (draft !== undefined) draft.isDone = true;
  }

  /** The server has finished the oldest. */
  confirm(): void {
    this.#drafts.shift();
  }

  /** On a new connection, nothing of the drafts has been told. */
  forgetSent(): void {
    for (const draft of this.#drafts) {
      draft.sent = 0;
      draft.isEndSent = false;
    }
  }

  /** What the server has not been told yet. */
  *untold(): Generator<ClientMessage> {
    for (const draft of this.#drafts) {
      while (draft.sent < draft.points.length) {
        const points = draft.points.slice(draft.sent, draft.sent + POINTS_PER_MESSAGE);
        const { ink, width } = draft;
        yield draft.sent === 0 ? { type: "begin", ink, width, points } : { type: "extend", points };
        draft.sent += points.length;
      }
      if (draft.isDone && !draft.isEndSent) {
        draft.isEndSent = true;
        yield { type: "end" };
      }
    }
  }
}

function rounded(value: number): number {
  const within = Math.min(Math.max(value, -LIMITS.reach), LIMITS.reach);
  return Math.round(within * 10) / 10;
}
