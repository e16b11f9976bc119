import type { LeaseTimings } from "../../src/protocol/lease.ts";
import { CONTROLLER_SILENT_MS } from "../../src/protocol/timings.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";
import { type PlaceStrandedDeps, placeStranded } from "../connect/place-stranded.ts";
import { isDatabaseAway } from "../store/database-away.ts";
import type { Beat, ControllerRegistration } from "../store/fleet-store.ts";
import type { Store } from "../store/store.ts";
import { findOutage, type Look, type Outage } from "./outage.ts";

export interface UpkeepDeps extends PlaceStrandedDeps {
  store: Store;
  clock: Clock;
  log: Log;
  controller: ControllerRegistration;
  lease: LeaseTimings;
  sweepIntervalMs: number;
  activityTrustMs: number;
}

/** A sixth of the default lease is ten seconds: less is a hiccup, and costs no drone its lease. */
const OUTAGE_SHARE_OF_LEASE = 1 / 6;
/** With a shorter lease, beats that come a little late are no outage either. */
const OUTAGE_BEATS = 5;

/** Does what is due, at intervals: lapsed leases, idle backends, spawns without a drone. */
export class Upkeep implements AsyncDisposable {
  readonly #deps: UpkeepDeps;
  readonly #repeating: AsyncDisposable;
  #before: Look | undefined;
  #unforgiven: Outage | undefined;
  #isAway = false;

  constructor(deps: UpkeepDeps) {
    this.#deps = deps;
    this.#repeating = repeat(deps, "upkeep", deps.sweepIntervalMs, () => this.#tickPatiently());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#repeating[Symbol.asyncDispose]();
  }

  /** A database that is away is told of once, and again when it is back. */
  async #tickPatiently(): Promise<void> {
    const { log } = this.#deps;
    try {
      await this.#tick();
      if (this.#isAway) log.info("the database is back");
      this.#isAway = false;
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      if (!this.#isAway) log.error({ err: error }, "the database is away");
      this.#isAway = true;
    }
  }

  async #tick(): Promise<void> {
    const { store, log, controller, lease, activityTrustMs } = this.#deps;
    const isFirst = this.#before === undefined;
    const beat = await this.#beatUnlessOutage();
    // Only then is it written that a controller is there: one that dies before leaves it to the next.
    if (this.#unforgiven !== undefined) {
      await store.forgiveOutage(lease.expiryMs, this.#unforgiven.setBackMs);
      this.#unforgiven = undefined;
      await store.beat(controller, CONTROLLER_SILENT_MS);
      return;
    }
    // The first look has nothing to compare the database's clock with.
    if (isFirst) return;
    for (const fenced of await store.fenceLapsed(beat.now)) {
      log.warn(fenced, "lease lapsed; its backends are lost");
    }
    for (const backendId of await store.sweep(activityTrustMs)) {
      log.info({ backendId }, "backend swept");
    }
    await placeStranded(this.#deps);
  }

  async #beatUnlessOutage(): Promise<Beat> {
    const { store, clock, log, controller, lease, sweepIntervalMs } = this.#deps;
    const tolerance = {
      silenceMs: Math.max(lease.expiryMs * OUTAGE_SHARE_OF_LEASE, sweepIntervalMs * OUTAGE_BEATS),
      jumpMs: (lease.expiryMs - lease.hardMs) / 2,
    };
    const askedMs = clock.monotonicMs();
    let look: Look | undefined;
    let outage: Outage | undefined;
    const beat = await store.beat(controller, CONTROLLER_SILENT_MS, (beat) => {
      look = { beat, askedMs, answeredMs: clock.monotonicMs() };
      outage = findOutage(this.#before, look, tolerance);
      return outage === undefined && this.#unforgiven === undefined;
    });
    this.#before = look;
    if (outage !== undefined) {
      if (beat.silentMs !== null) {
        log.warn({ ...beat, ...outage }, "leases and idle clocks begin anew: an outage");
      }
      this.#unforgiven = { setBackMs: outage.setBackMs + (this.#unforgiven?.setBackMs ?? 0) };
    }
    return beat;
  }
}
