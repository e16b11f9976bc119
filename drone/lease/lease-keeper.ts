import type { ControllerToDrone, DroneToController } from "../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { RESEND_INTERVAL_MS } from "../../src/protocol/timings.ts";
import type { Log } from "../../src/shared/log.ts";
import type { Backends } from "../backend/backends.ts";
import type { HeldLease } from "./held-lease.ts";
import type { Lease } from "./lease.ts";

export interface LeaseKeeperDeps {
  held: HeldLease;
  backends: Pick<Backends, "live" | "find">;
  log: Log;
  /** False when not connected. */
  send(message: DroneToController): boolean;
}

interface Asked {
  atMs: number;
  ids: ReadonlySet<BackendId>;
}

type Answer = Extract<ControllerToDrone, { type: "lease" }>;

/** A controller that answers none of so many will not answer the first of them. */
const MAX_UNANSWERED = 64;

/** A drone that is told to stop waits for its last answer no longer. */
const FAREWELL_MS = 1_000;

/** Asks for the drone's lease in time, and sees to it that every backend keeps to the answer. */
export class LeaseKeeper {
  readonly #deps: LeaseKeeperDeps;
  readonly #unanswered = new Map<number, Asked>();
  #lastId = 0;
  #lastAskedMs = Number.NEGATIVE_INFINITY;
  #welcomedMs = Number.NEGATIVE_INFINITY;
  #onAnswer = () => {};

  constructor(deps: LeaseKeeperDeps) {
    this.#deps = deps;
  }

  /** Whether the controller was asked on this connection, and may still be about to answer. */
  get isAwaited(): boolean {
    const sinceMs = this.#deps.held.now.ms - this.#welcomedMs;
    return this.#unanswered.size > 0 && sinceMs < RESEND_INTERVAL_MS;
  }

  /** A new connection: asks at once, as nothing that was asked before is answered on it. */
  welcome(): void {
    this.#unanswered.clear();
    this.#welcomedMs = this.#deps.held.now.ms;
    this.ask();
  }

  /** Ends what its deadlines end, and asks anew when that is due. To be called again and again. */
  look(): void {
    this.#obey();
    const { held } = this.#deps;
    if (held.now.ms - this.#lastAskedMs < RESEND_INTERVAL_MS) return;
    if (held.isRenewalDue || this.#hasProvisional()) this.ask();
  }

  /** What was just adopted has a short time only until the controller knows it. */
  vouchForAdopted(): void {
    if (this.#hasProvisional()) this.ask();
  }

  /** Asks now, whether or not it is due. */
  ask(): void {
    this.#obey();
    const { held, backends, send } = this.#deps;
    const atMs = held.now.ms;
    const ids = backends.live().map(({ id }) => id);
    const request_id = this.#lastId + 1;
    if (!send({ type: "lease-request", request_id, backend_ids: ids })) return;
    this.#lastId = request_id;
    this.#lastAskedMs = atMs;
    this.#unanswered.set(request_id, { atMs, ids: new Set(ids) });
    this.#unanswered.delete(request_id - MAX_UNANSWERED);
  }

  /** Asks once more, so that whoever starts the drone again has all of a lease's time for it. */
  async farewell(): Promise<void> {
    if (this.#deps.backends.live().length === 0) return;
    const before = this.#lastId;
    this.ask();
    if (this.#lastId === before) return;
    await new Promise<void>((resolve) => {
      const impatient = setTimeout(resolve, FAREWELL_MS);
      this.#onAnswer = () => {
        clearTimeout(impatient);
        resolve();
      };
    });
  }

  /** Nothing that was asked is answered any more. */
  connectionLost(): void {
    this.#onAnswer();
  }

  answer(answer: Answer): void {
    // What has lapsed before the answer came stays lapsed.
    this.#obey();
    const { held, backends } = this.#deps;
    for (const id of answer.refused) backends.find(id)?.pin();
    const asked = this.#unanswered.get(answer.request_id);
    if (asked === undefined) return;
    this.#lastAskedMs = Number.NEGATIVE_INFINITY;
    this.#forgetUntil(answer.request_id);
    const lease = this.#leaseOf(answer, asked);
    if (lease === undefined) return;
    held.take(lease);
    const refused = new Set(answer.refused);
    for (const runner of backends.live()) {
      if (asked.ids.has(runner.id) && !refused.has(runner.id)) runner.unpin();
    }
    this.#obey();
    this.#onAnswer();
  }

  #leaseOf({ renew_ms, soft_ms, hard_ms }: Answer, { atMs }: Asked): Lease | undefined {
    const { held, log } = this.#deps;
    if (renew_ms >= soft_ms || soft_ms >= hard_ms) {
      log.error({ renew_ms, soft_ms, hard_ms }, "lease has its deadlines in disorder; not taken");
      return undefined;
    }
    return {
      clock: held.now.clock,
      askedAt: atMs,
      renewAt: atMs + renew_ms,
      softAt: atMs + soft_ms,
      hardAt: atMs + hard_ms,
    };
  }

  #hasProvisional(): boolean {
    return this.#deps.backends.live().some(({ isProvisional }) => isProvisional);
  }

  #forgetUntil(requestId: number): void {
    for (const id of this.#unanswered.keys()) if (id <= requestId) this.#unanswered.delete(id);
  }

  #obey(): void {
    for (const runner of this.#deps.backends.live()) runner.obeyLease();
  }
}
