import type { Action, DroneToController } from "../../src/protocol/drone-messages.ts";
import type { ActionId, BackendId } from "../../src/protocol/ids.ts";
import type { Log } from "../../src/shared/log.ts";
import type { Backends } from "../backend/backends.ts";
import type { Journal } from "../journal/journal.ts";
import type { HeldLease } from "../lease/held-lease.ts";
import type { RuntimeHealth } from "../runtime/runtime.ts";
import { hasPassed, whyNotBegin } from "./why-not-begin.ts";

export interface BeginGateDeps {
  journal: Pick<Journal, "refuse" | "refusalOf" | "giveUps" | "hasEnded">;
  backends: Pick<Backends, "spawn" | "find" | "live" | "giveUp">;
  held: HeldLease;
  maxBackends: number | undefined;
  log: Log;
  /** Epoch ms of the drone's steady time. */
  now(): number;
  runtimeHealth(): RuntimeHealth | undefined;
  /** Whether an answer about the lease may be on its way. */
  isLeaseAwaited(): boolean;
  /** A spawn was accepted that had to wait for its verdict. */
  onReport(): void;
  send(message: DroneToController): boolean;
}

type Spawn = Extract<Action, { type: "spawn" }>;
type Verdict = Extract<DroneToController, { type: "action-ack" | "action-refused" }>;

/**
 * Decides which spawns begin. One that is accepted is prepared at once, but nothing of it comes into
 * being before the controller has confirmed it: until then another drone may be asked.
 */
export class BeginGate implements Disposable {
  readonly #deps: BeginGateDeps;
  /** Those of the first moments, when it is not known yet whether they can begin. */
  readonly #undecided = new Map<ActionId, Spawn>();
  #closing = false;

  constructor(deps: BeginGateDeps) {
    this.#deps = deps;
  }

  /**
   * The verdict is in the journal when it returns, so a repeated action gets the same one. Undefined: it
   * is sent as soon as there is one.
   */
  consider(actionId: ActionId, spawn: Spawn): Verdict | undefined {
    this.look();
    const verdict = this.#verdict(actionId, spawn);
    if (verdict === undefined) this.#undecided.set(actionId, spawn);
    return verdict;
  }

  /** The controller has the ack, and will ask no other drone. */
  confirm(actionId: ActionId): void {
    // Too late is too late, even if nobody has looked yet.
    this.look();
    this.#unconfirmed()
      .find((runner) => runner.unconfirmed?.actionId === actionId)
      ?.confirm();
  }

  /**
   * Gives up what was not confirmed in time, and decides what can be decided now. To be called again
   * and again.
   */
  look(): void {
    const { held, send, onReport } = this.#deps;
    const { now } = held;
    for (const { id, unconfirmed } of this.#unconfirmed()) {
      if (unconfirmed && hasPassed(unconfirmed.beginBy, now)) {
        this.#giveUp(id, "it was not confirmed in time");
      }
    }
    for (const [actionId, spawn] of this.#undecided) {
      const verdict = this.#verdict(actionId, spawn);
      if (verdict === undefined) continue;
      this.#undecided.delete(actionId);
      send(verdict);
      onReport();
    }
  }

  /** Forgets a spawn that is not confirmed; under another action it may come again. */
  #giveUp(id: BackendId, because: string): void {
    const { backends, log, send } = this.#deps;
    const actionId = backends.giveUp(id, because);
    if (actionId === undefined) return;
    log.warn({ backendId: id, because }, "spawn given up");
    send(refused(actionId, because));
  }

  /** On a new connection: nobody answers for a refusal, so it is told again. */
  tellAgain(): void {
    for (const { actionId, because } of this.#deps.journal.giveUps()) {
      this.#deps.send(refused(actionId, because));
    }
    this.acknowledgeAgain();
  }

  acknowledgeAgain(): void {
    for (const { unconfirmed } of this.#unconfirmed()) {
      if (unconfirmed) this.#deps.send(acknowledged(unconfirmed.actionId));
    }
  }

  /** From now on everything new is refused. */
  [Symbol.dispose](): void {
    this.#closing = true;
  }

  #verdict(actionId: ActionId, spawn: Spawn): Verdict | undefined {
    return this.#before(actionId, spawn) ?? this.#decide(actionId, spawn);
  }

  /** The verdict on an action that has one, or on a backend that is here already, or has been. */
  #before(actionId: ActionId, { spec, begin_by: beginBy }: Spawn): Verdict | undefined {
    const { journal, backends } = this.#deps;
    const because = journal.refusalOf(actionId);
    if (because !== undefined) return refused(actionId, because);
    if (journal.hasEnded(spec.backend_id)) return acknowledged(actionId);
    const runner = backends.find(spec.backend_id);
    runner?.await({ actionId, beginBy });
    return runner && acknowledged(actionId);
  }

  #decide(actionId: ActionId, { spec, begin_by: beginBy }: Spawn): Verdict | undefined {
    const { journal, backends, now, log } = this.#deps;
    const because = this.#whyNot(beginBy);
    if (because === undefined) {
      backends.spawn(spec, { actionId, beginBy });
      return acknowledged(actionId);
    }
    if (this.#mayKnowSoon(beginBy)) return undefined;
    journal.refuse(actionId, because, now());
    log.warn({ backendId: spec.backend_id, because }, "spawn refused");
    return refused(actionId, because);
  }

  /** To refuse at once would have the controller ask others, or this drone over and over. */
  #mayKnowSoon(beginBy: Spawn["begin_by"]): boolean {
    const { held, runtimeHealth, isLeaseAwaited } = this.#deps;
    if (this.#closing || hasPassed(beginBy, held.now)) return false;
    return runtimeHealth() === undefined || (held.phase !== "held" && isLeaseAwaited());
  }

  #unconfirmed() {
    return this.#deps.backends.live().filter(({ unconfirmed }) => unconfirmed !== undefined);
  }

  #whyNot(beginBy: Spawn["begin_by"]): string | undefined {
    const { held, backends, maxBackends, runtimeHealth } = this.#deps;
    return whyNotBegin({
      beginBy,
      now: held.now,
      lease: held.phase,
      runtime: runtimeHealth(),
      liveBackends: backends.live().length,
      maxBackends,
      closing: this.#closing,
    });
  }
}

function acknowledged(action_id: ActionId): Verdict {
  return { type: "action-ack", action_id };
}

function refused(action_id: ActionId, because: string): Verdict {
  return { type: "action-refused", action_id, because: because.slice(0, 2_000) };
}
