import type { Static } from "typebox";
import type { ActionMessage } from "../../src/protocol/drone-messages.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";
import type { ChangeFeed } from "../change-feed.ts";
import type { Store } from "../store/store.ts";

export interface ActionSenderDeps {
  store: Pick<Store, "pendingActions" | "dronesWithActions">;
  changes: ChangeFeed;
  clock: Clock;
  log: Log;
  resendIntervalMs: number;
}

type Send = (action: Static<typeof ActionMessage>) => void;

/** What drones have not acknowledged is sent when it is new, and again at intervals. */
export class ActionSender implements AsyncDisposable {
  readonly #deps: ActionSenderDeps;
  readonly #drones = new Map<string, Outbox>();
  readonly #resending: AsyncDisposable;

  constructor(deps: ActionSenderDeps) {
    this.#deps = deps;
    this.#resending = repeat(deps, "resend actions", deps.resendIntervalMs, () => this.#resend());
  }

  /** Begins with all that is pending. Returns the function that stops. */
  attach(drone: string, send: Send): () => void {
    const outbox = new Outbox(this.#deps, drone, send);
    this.#drones.set(drone, outbox);
    const stopListening = this.#deps.changes.on(`actions:${drone}`, () => outbox.sendNew());
    outbox.sendNew();
    return () => {
      stopListening();
      if (this.#drones.get(drone) === outbox) this.#drones.delete(drone);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resending[Symbol.asyncDispose]();
  }

  /** One question for all drones: at rest, nothing is pending for any. */
  async #resend(): Promise<void> {
    const waiting = await this.#deps.store.dronesWithActions([...this.#drones.keys()]);
    for (const drone of waiting) await this.#drones.get(drone)?.send("all");
  }
}

class Outbox {
  readonly #deps: ActionSenderDeps;
  readonly #drone: string;
  readonly #send: Send;
  #sent = new Set<string>();
  #isReading = false;
  #isDue = false;

  constructor(deps: ActionSenderDeps, drone: string, send: Send) {
    this.#deps = deps;
    this.#drone = drone;
    this.#send = send;
  }

  /** What is asked for while it reads is found by one more reading, however much it is. */
  sendNew(): void {
    if (this.#isReading) {
      this.#isDue = true;
      return;
    }
    this.#isReading = true;
    this.send("new")
      .catch((error: unknown) =>
        this.#deps.log.error({ err: error, drone: this.#drone }, "cannot send actions"),
      )
      .finally(() => {
        this.#isReading = false;
        if (!this.#isDue) return;
        this.#isDue = false;
        this.sendNew();
      });
  }

  async send(which: "new" | "all"): Promise<void> {
    const pending = await this.#deps.store.pendingActions(this.#drone);
    const before = this.#sent;
    this.#sent = new Set(pending.map(({ action_id }) => action_id));
    for (const action of pending) {
      if (which === "all" || !before.has(action.action_id)) this.#send(action);
    }
  }
}
