import type { DroneTime } from "../../src/protocol/drone-messages.ts";
import type { Journal } from "../journal/journal.ts";
import { type BootClock, readBootClock } from "./boot-clock.ts";
import { isRenewalDue, type Lease, type LeasePhase, phaseOf } from "./lease.ts";

export interface HeldLeaseDeps {
  journal: Pick<Journal, "lease" | "saveLease">;
  bootClock: BootClock;
}

/** The lease that this drone holds, in the journal before anybody counts on it. */
export class HeldLease {
  readonly #deps: HeldLeaseDeps;
  #lease: Lease | undefined;

  constructor(deps: HeldLeaseDeps) {
    this.#deps = deps;
    this.#lease = deps.journal.lease();
  }

  get current(): Lease | undefined {
    return this.#lease;
  }

  get now(): DroneTime {
    return readBootClock(this.#deps.bootClock);
  }

  get phase(): LeasePhase | "none" {
    return this.#lease === undefined ? "none" : phaseOf(this.#lease, this.now);
  }

  get isRenewalDue(): boolean {
    return this.#lease === undefined || isRenewalDue(this.#lease, this.now);
  }

  /** A late answer to an earlier request moves no deadline back. */
  take(lease: Lease): void {
    const held = this.#lease;
    if (held?.clock === lease.clock && held.askedAt >= lease.askedAt) return;
    this.#deps.journal.saveLease(lease);
    this.#lease = lease;
  }
}
