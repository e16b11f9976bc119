import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";
import { within } from "../../src/shared/within.ts";
import type { Runtime, RuntimeHealth } from "../runtime/runtime.ts";
import { untilAborted } from "../until-aborted.ts";

export interface PulseDeps {
  runtime: Pick<Runtime, "health">;
  clock: Clock;
  log: Log;
  /** The runtime has answered for the first time, has gone away, or has come back. */
  onFlip(): void;
}

const CHECK_INTERVAL_MS = 2_000;
const ANSWER_LIMIT_MS = 5_000;
const CLOSE_LIMIT_MS = 1_000;
const SILENT: RuntimeHealth = {
  ok: false,
  error: `no answer within ${ANSWER_LIMIT_MS / 1_000} s`,
  images: [],
};

/** Asks the runtime how it is, again and again, so that whoever needs to know never waits for it. */
export class RuntimePulse implements AsyncDisposable {
  /** Undefined until it has answered, or failed to, for the first time. */
  latest: RuntimeHealth | undefined;
  readonly #deps: PulseDeps;
  readonly #checks: AsyncDisposable;
  /** However slow the runtime is, it is not asked twice at a time. */
  #asked: Promise<RuntimeHealth> | undefined;

  constructor(deps: PulseDeps) {
    this.#deps = deps;
    this.#checks = repeat(deps, "check runtime", CHECK_INTERVAL_MS, (signal) =>
      this.#check(signal),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#checks[Symbol.asyncDispose]();
    // An answer on its way may still make the runtime's network; who takes that away waits for it.
    const patience = AbortSignal.timeout(CLOSE_LIMIT_MS);
    if (this.#asked !== undefined) await untilAborted(this.#asked, patience).catch(() => undefined);
  }

  async #check(signal: AbortSignal): Promise<void> {
    const health = await this.#ask(signal);
    if (signal.aborted) return;
    const flipped = health.ok !== this.latest?.ok;
    this.latest = health;
    if (!flipped) return;
    const { log, onFlip } = this.#deps;
    if (health.ok) log.info({ version: health.version }, "runtime answers");
    else log.warn({ problem: health.error }, "runtime is away");
    onFlip();
  }

  #ask(signal: AbortSignal): Promise<RuntimeHealth> {
    this.#asked ??= this.#deps.runtime.health().finally(() => {
      this.#asked = undefined;
    });
    const asked = this.#asked;
    return within(this.#deps.clock, ANSWER_LIMIT_MS, signal, (over) =>
      // It never rejects by itself, so a rejection means that the time is over.
      untilAborted(asked, over).catch(() => SILENT),
    );
  }
}
