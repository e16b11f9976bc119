import type { Socket } from "node:net";
import { isHeld, type LinkState } from "./link-state.ts";
import { reset } from "./reset.ts";

const HIGH_WATER_BYTES = 4 * 1_048_576;

type Item = { dueMs: number } & ({ chunk: Buffer } | { end: "fin" | "reset" });

/** One direction of one connection: what comes in goes out in order, late or not yet as the link says. */
export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #direction: "up" | "down";
  readonly #queue: Item[] = [];
  #queuedBytes = 0;
  #freeAtMs = 0;
  #state: LinkState;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, direction: "up" | "down", state: LinkState) {
    this.#from = from;
    this.#to = to;
    this.#direction = direction;
    this.#state = state;
    from.on("data", (chunk) => this.#put({ chunk, dueMs: this.#due(chunk.length) }));
    from.on("end", () => this.#put({ end: "fin", dueMs: this.#due(0) }));
    from.on("close", (hadError) => {
      if (hadError) this.#put({ end: "reset", dueMs: this.#due(0) });
    });
    to.on("drain", () => from.resume());
    to.on("close", () => clearTimeout(this.#timer));
  }

  set state(state: LinkState) {
    this.#state = state;
    this.#pump();
  }

  #due(bytes: number): number {
    const now = performance.now();
    if (this.#state.kind !== "slow") return now;
    this.#freeAtMs = Math.max(this.#freeAtMs, now) + (bytes / this.#state.bytesPerSecond) * 1_000;
    return this.#freeAtMs + this.#state.latencyMs;
  }

  #put(item: Item): void {
    this.#queue.push(item);
    if ("chunk" in item) this.#queuedBytes += item.chunk.length;
    if (this.#queuedBytes > HIGH_WATER_BYTES) this.#from.pause();
    this.#pump();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    for (let item = this.#queue[0]; item !== undefined; item = this.#queue[0]) {
      if (isHeld(this.#state, this.#direction)) return;
      const waitMs = this.#state.kind === "slow" ? item.dueMs - performance.now() : 0;
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#pump(), waitMs);
        return;
      }
      this.#queue.shift();
      this.#pass(item);
    }
  }

  #pass(item: Item): void {
    if ("chunk" in item) {
      this.#queuedBytes -= item.chunk.length;
      if (this.#to.destroyed) return;
      if (this.#to.write(item.chunk)) this.#from.resume();
      else this.#from.pause();
    } else if (item.end === "fin") this.#to.end();
    else reset(this.#to);
  }
}
