import type { Clock } from "../../shared/clock.ts";
import type { DevEvent, Tell } from "./dev-event.ts";
import type { ImageGate } from "./image-gate.ts";

export interface BuildOrder {
  because: Extract<DevEvent, { event: "build-started" }>["because"];
  files: readonly string[];
  /** Running backends have not been given what has changed: they are ended once there is an image. */
  replaces: boolean;
}

export interface BuildsDeps {
  clock: Clock;
  gate: ImageGate;
  tell: Tell;
  /** Gives the image's name; throws with the engine's words. */
  makeImage(onLine: (line: string) => void, signal: AbortSignal): Promise<string>;
  /** Ends what does not run the image; those that were given the changes only if it `replaces` them. */
  replace(image: string, replaces: boolean, signal: AbortSignal): Promise<void>;
}

const TAIL_LINES = 20;

/** One build at a time; a change while one runs begins it anew. Connects wait meanwhile. */
export class Builds implements AsyncDisposable {
  readonly #deps: BuildsDeps;
  readonly #stop = new AbortController();
  #wanted: BuildOrder | undefined;
  #current: AbortController | undefined;
  #running: Promise<void> | undefined;
  #image: string | undefined;
  /** What a build that failed or was broken off would have replaced, the next one replaces. */
  #owesReplacing = false;

  constructor(deps: BuildsDeps) {
    this.#deps = deps;
  }

  request(order: BuildOrder): void {
    if (this.#stop.signal.aborted) return;
    this.#wanted = merged(this.#wanted, order);
    this.#deps.gate.set({ kind: "building" });
    this.#current?.abort();
    this.#running ??= this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#wanted !== undefined && !this.#stop.signal.aborted) {
      const order = this.#wanted;
      this.#wanted = undefined;
      this.#owesReplacing ||= order.replaces;
      await this.#build(order);
    }
    this.#running = undefined;
  }

  async #build({ because, files }: BuildOrder): Promise<void> {
    const { clock, gate, tell, makeImage, replace } = this.#deps;
    const current = new AbortController();
    this.#current = current;
    const signal = AbortSignal.any([current.signal, this.#stop.signal]);
    const startedMs = clock.monotonicMs();
    const tail: string[] = [];
    tell({ event: "build-started", because, files });
    try {
      const image = await makeImage((line) => {
        tail.push(line);
        if (tail.length > TAIL_LINES) tail.shift();
      }, signal);
      const took_ms = Math.round(clock.monotonicMs() - startedMs);
      tell({ event: "built", image, took_ms, is_new: image !== this.#image });
      await replace(image, this.#owesReplacing && image !== this.#image, signal);
      signal.throwIfAborted();
      this.#image = image;
      this.#owesReplacing = false;
      gate.set({ kind: "ready", image });
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      tell({ event: "build-failed", message, log_tail: tail });
      gate.set({ kind: "failed", message, logTail: tail });
    } finally {
      this.#current = undefined;
    }
  }
}

function merged(earlier: BuildOrder | undefined, later: BuildOrder): BuildOrder {
  if (earlier === undefined) return later;
  return {
    because: later.because,
    files: [...new Set([...earlier.files, ...later.files])],
    replaces: earlier.replaces || later.replaces,
  };
}
