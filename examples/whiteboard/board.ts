import type { BoardChange, Stroke } from "./wire.ts";

/**
 * What is drawn: the same in the server and in each browser, because all apply the same changes in the
 * server's order. A stroke takes its place above the others when it ends, so those still being drawn
 * are on top everywhere.
 */
export class Board {
  readonly #finished = new Map<string, Stroke>();
  readonly #live = new Map<string, Stroke>();
  #finishedPoints = 0;

  get finished(): Iterable<Stroke> {
    return this.#finished.values();
  }

  get live(): Iterable<Stroke> {
    return this.#live.values();
  }

  get size(): { strokes: number; points: number } {
    return { strokes: this.#finished.size, points: this.#finishedPoints };
  }

  get isEmpty(): boolean {
    return this.#finished.size === 0 && this.#live.size === 0;
  }

  liveStroke(id: string): Stroke | undefined {
    return this.#live.get(id);
  }

  apply(change: BoardChange): void {
    switch (change.type) {
      case "begin": {
        const { id, ink, width, points } = change;
        this.#live.set(id, { id, ink, width, points: [...points] });
        break;
      }
      case "extend":
        this.#live.get(change.id)?.points.push(...change.points);
        break;
      case "end":
        this.#finish(change.id);
        break;
      case "remove":
        for (const id of change.ids) this.#remove(id);
        break;
      case "clear":
        this.#finished.clear();
        this.#finishedPoints = 0;
        break;
      default:
        change satisfies never;
    }
  }

  /** Replaces everything, as on a new connection. */
  load(finished: Iterable<Stroke>, live: Iterable<Stroke>): void {
    this.apply({ type: "clear" });
    this.#live.clear();
    for (const stroke of finished) this.#add(stroke);
    for (const stroke of live) this.#live.set(stroke.id, stroke);
  }

  #finish(id: string): void {
    const stroke = this.#live.get(id);
    if (stroke === undefined) return;
    this.#live.delete(id);
    this.#add(stroke);
  }

  #add(stroke: Stroke): void {
    this.#finished.set(stroke.id, stroke);
    this.#finishedPoints += stroke.points.length / 2;
  }

  #remove(id: string): void {
    const stroke = this.#finished.get(id);
    if (stroke === undefined) return;
    this.#finished.delete(id);
    this.#finishedPoints -= stroke.points.length / 2;
  }
}
