import type { DroneHealth } from "../../src/protocol/drone.ts";
import type { DroneTime, DroneToController } from "../../src/protocol/drone-messages.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";

export interface HeartbeatDeps {
  clock: Clock;
  log: Log;
  /** Undefined while there is no truth to tell yet. */
  health(): Promise<DroneHealth | undefined>;
  /** By the drone's own clock. */
  time(): DroneTime;
  send(message: DroneToController): boolean;
}

/** Tells the machine's health at the interval that the controller has asked for, and when told to. */
export class Heartbeat implements AsyncDisposable {
  readonly #deps: HeartbeatDeps;
  #beats: AsyncDisposable | undefined;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
  }

  /** Beats at once, and from then on at this interval. */
  begin(intervalMs: number): void {
    this.end();
    this.#beats = repeat(this.#deps, "heartbeat", intervalMs, () => this.#beat());
  }

  /** Something has changed that must not wait for the next beat. */
  beatNow(): void {
    if (this.#beats === undefined) return;
    this.#beat().catch((error) => this.#deps.log.error({ err: error }, "heartbeat failed"));
  }

  end(): void {
    void this.#beats?.[Symbol.asyncDispose]();
    this.#beats = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#beats?.[Symbol.asyncDispose]();
  }

  async #beat(): Promise<void> {
    const { send, time } = this.#deps;
    const health = await this.#deps.health();
    if (health === undefined || this.#beats === undefined) return;
    send({ type: "heartbeat", health, time: time() });
  }
}
