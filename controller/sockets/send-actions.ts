import type { Static } from "typebox";
import type { ActionMessage } from "../../src/protocol/drone-messages.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";
import type { ChangeFeed } from "../change-feed.ts";
import type { Store } from "../store/store.ts";

export interface SendActionsDeps {
  store: Pick<Store, "pendingActions">;
  changes: ChangeFeed;
  clock: Clock;
  log: Log;
  resendIntervalMs: number;
}

/** What a drone has not acknowledged is sent when it is new, and again at intervals, until closed. */
export function sendActions(
  { store, changes, clock, log, resendIntervalMs }: SendActionsDeps,
  drone: string,
  send: (action: Static<typeof ActionMessage>) => void,
): AsyncDisposable {
  const sent = new Set<string>();
  const sendPending = async (which: "new" | "all") => {
    const pending = await store.pendingActions(drone);
    for (const action of pending) {
      if (which === "all" || !sent.has(action.action_id)) send(action);
    }
    sent.clear();
    for (const { action_id } of pending) sent.add(action_id);
  };
  const stopListening = changes.on(`actions:${drone}`, () => {
    sendPending("new").catch((error: unknown) =>
      log.error({ err: error, drone }, "cannot send actions"),
    );
  });
  const resending = repeat({ clock, log }, "resend actions", resendIntervalMs, () =>
    sendPending("all"),
  );
  return {
    async [Symbol.asyncDispose]() {
      stopListening();
      await resending[Symbol.asyncDispose]();
    },
  };
}
