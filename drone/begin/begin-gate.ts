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
  #closing = false;

  constructor(deps: BeginGateDeps) {
    this.#deps = deps;
  }

  /** The verdict is in the journal when it returns, so a repeated action gets the same one. */
  consider(actionId: ActionId, { spec, begin_by: beginBy }: Spawn): Verdict {
    this.look();
    const { journal, backends, now, log } = this.#deps;
    const before = journal.refusalOf(actionId);
    if (before !== undefined) return refused(actionId, before);
    const unconfirmed = { actionId, beginBy };
    if (journal.hasEnded(spec.backend_id)) return acknowledged(actionId);
    const held = backends.find(spec.backend_id);
    if (held !== undefined) {
      held.await(unconfirmed);
      return acknowledged(actionId);
    }
    const because = this.#whyNot(beginBy);
    if (because === undefined) {
      backends.spawn(spec, unconfirmed);
      return acknowledged(actionId);
    }
    journal.refuse(actionId, because, now());
    log.warn({ backendId: spec.backend_id, because }, "spawn refused");
    return refused(actionId, because);
  }

  /** The controller has the ack, and will ask no other drone. */
  confirm(actionId: ActionId): void {
    this.#unconfirmed()
      .find((runner) => runner.unconfirmed?.actionId === actionId)
      ?.confirm();
  }

  /** Gives up what was not confirmed in time. To be called again and again. */
  look(): void {
    const { now } = this.#deps.held;
    for (const { id, unconfirmed } of this.#unconfirmed()) {
      if (unconfirmed && hasPassed(unconfirmed.beginBy, now)) {
        this.giveUp(id, "it was not confirmed in time");
      }
    }
  }

  /** Forgets a spawn that is not confirmed; under another action it may come again. */
  giveUp(id: BackendId, because: string): void {
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
