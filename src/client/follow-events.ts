import type { Api, CallOptions } from "./api.ts";
import type { ServerSentEvent } from "./event-parser.ts";
import { isHangarError } from "./hangar-error.ts";
import { oneConnection } from "./one-connection.ts";
import { Outage } from "./outage.ts";
import { pause } from "./pause.ts";

/** A controller may restart under a stream; one that stays away for longer is given up. */
const GIVE_UP_AFTER_MS = 120_000;

/** Where a stream's connection stands. */
export type StreamState =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** Lost; the next try is in `ms`. */
  | { readonly kind: "pausing"; readonly ms: number }
  /** Nothing comes any more: it is complete, refused, given up, or not read on. */
  | { readonly kind: "ended" };

export interface FollowOptions extends CallOptions {
  /** How long a lost stream is tried for. Infinity: for ever, and also if it never answered. Default: 120,000. */
  giveUpAfterMs?: number | undefined;
  /** Called at each change of the connection, from the first try on. */
  onState?: ((state: StreamState) => void) | undefined;
}

/**
 * The events of a stream, over as many connections as it takes: each begins after the last event with an id
 * that was seen, the first after the one that is given. Ends when the caller stops reading.
 */
export async function* followEvents(
  api: Api,
  path: string,
  { giveUpAfterMs = GIVE_UP_AFTER_MS, onState, ...options }: FollowOptions = {},
  lastEventId?: string,
): AsyncGenerator<ServerSentEvent, never> {
  const outage = new Outage();
  const onOpen = () => {
    outage.connected();
    onState?.({ kind: "open" });
  };
  let last = lastEventId;
  try {
    for (;;) {
      onState?.({ kind: "connecting" });
      try {
        const from = { ...options, lastEventId: last, onOpen };
        for await (const event of oneConnection(api, path, from)) {
          outage.heard();
          last = event.id ?? last;
          yield event;
        }
        outage.lost();
      } catch (error) {
        outage.lost();
        // The very first try has had its retries: a controller that never answered is not waited for.
        const isHopeless = !outage.hasConnected && Number.isFinite(giveUpAfterMs);
        if (!isLoss(error) || isHopeless || outage.isLongerThan(giveUpAfterMs)) throw error;
      }
      const ms = outage.nextPauseMs();
      onState?.({ kind: "pausing", ms });
      await pause(ms, options.signal);
    }
  } finally {
    onState?.({ kind: "ended" });
  }
}

/** A loss may mend itself; a refusal does not. */
function isLoss(error: unknown): boolean {
  if (!isHangarError(error)) return false;
  const { code, status = 0 } = error;
  if (code === "unreachable" || code === "timed-out" || code === "rate-limited") return true;
  return status >= 500;
}
