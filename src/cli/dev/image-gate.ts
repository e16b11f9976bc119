import { EventEmitter, once } from "node:events";
import { ApiError } from "../../protocol/errors.ts";
import type { SpawnConfig } from "../../protocol/spawn-config.ts";
import type { Clock } from "../../shared/clock.ts";

export type ImageState =
  | { kind: "building" }
  | { kind: "ready"; image: string }
  | { kind: "failed"; message: string; logTail: readonly string[] };

export interface Asked {
  key: { namespace: string; name: string } | undefined;
  image: string | undefined;
}

export interface GateDeps {
  clock: Clock;
  /** As connects may name the image. */
  repository: string;
  spawn: Partial<SpawnConfig>;
  /** Whether the key's live backend has all of the newest files, though its image is older. */
  isUpToDate(key: NonNullable<Asked["key"]>): Promise<boolean>;
}

/** Less than fetch waits for an answer to begin. */
export const BUILD_PATIENCE_MS = 240_000;
/** Of the build's last lines that are told to who connects. */
const TOLD_LINES = 10;

/** What connects wait at, so that nobody is led to code that has changed. */
export class ImageGate {
  readonly #deps: GateDeps;
  #state: ImageState = { kind: "building" };
  readonly #changes = new EventEmitter();
  /** The last one that was ready; what backends run that were given their changes since. */
  #last: string | undefined;

  constructor(deps: GateDeps) {
    this.#deps = deps;
    // As many wait as connect.
    this.#changes.setMaxListeners(0);
  }

  get state(): ImageState {
    return this.#state;
  }

  set(state: ImageState): void {
    this.#state = state;
    if (state.kind === "ready") this.#last = state.image;
    this.#changes.emit("change");
  }

  /** What a connect is given; undefined if it names another image. */
  async spawnDefaults({ key, image }: Asked): Promise<Partial<SpawnConfig> | undefined> {
    const { repository, spawn, isUpToDate } = this.#deps;
    if (image !== undefined && image.replace(/:latest$/, "") !== repository) return undefined;
    const last = this.#last;
    if (this.#state.kind !== "ready" && key !== undefined && last !== undefined) {
      if (await isUpToDate(key)) return { ...spawn, image: last };
    }
    return { ...spawn, image: await this.#untilReady() };
  }

  async #untilReady(): Promise<string> {
    const settled = new AbortController();
    const { signal } = settled;
    const late = this.#deps.clock.sleep(BUILD_PATIENCE_MS, signal);
    try {
      for (;;) {
        const state = this.#state;
        if (state.kind === "ready") return state.image;
        if (state.kind === "failed") throw buildFailed(state);
        const changed = once(this.#changes, "change", { signal }).then(() => true);
        if (await Promise.race([changed, late.then(() => false)])) continue;
        throw new ApiError("unavailable", "the image is still being built");
      }
    } finally {
      late.catch(() => undefined);
      settled.abort();
    }
  }
}

function buildFailed({ message, logTail }: Extract<ImageState, { kind: "failed" }>): ApiError {
  const lines = logTail.slice(-TOLD_LINES).map((line) => `\n${line}`);
  return new ApiError("build-failed", `the image could not be built: ${message}${lines.join("")}`, {
    details: { log_tail: logTail },
  });
}
