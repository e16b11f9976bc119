import { HangarError } from "./hangar-error.ts";

/** A signal that is aborted when the caller's is, or with a `timed-out` once the time is over. End it when done. */
export class Deadline {
  readonly #limit = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #abandon = () => this.#limit.abort(this.#outer?.reason);

  /** An infinite time has no limit. */
  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    this.#outer = outer;
    if (outer?.aborted) this.#abandon();
    outer?.addEventListener("abort", this.#abandon);
    if (Number.isFinite(timeoutMs)) {
      this.#timer = setTimeout(() => this.#limit.abort(timedOut(timeoutMs)), timeoutMs);
    }
  }

  get signal(): AbortSignal {
    return this.#limit.signal;
  }

  /** It came in time: from now on only the caller's signal counts. */
  lift(): void {
    clearTimeout(this.#timer);
  }

  end(): void {
    this.lift();
    this.#outer?.removeEventListener("abort", this.#abandon);
  }
}

function timedOut(timeoutMs: number): HangarError {
  const message = `the API gave no answer within ${timeoutMs / 1_000} s`;
  return new HangarError(message, { code: "timed-out" });
}
