import type { Api, CallOptions } from "./api.ts";
import type { ServerSentEvent } from "./event-parser.ts";
import { HangarError, isHangarError } from "./hangar-error.ts";
import { Outage } from "./outage.ts";
import { readEvents } from "./read-events.ts";
import { reachably } from "./send.ts";

/** A controller may restart under a stream; one that stays away for longer is given up. */
const GIVE_UP_AFTER_MS = 120_000;

export interface FollowOptions extends CallOptions {
  /** The event after which to begin. Default: where the stream itself begins. */
  lastEventId?: string | undefined;
  /** How long a lost stream is tried for. Infinity: for ever, and also if it never answered. Default: 120,000. */
  giveUpAfterMs?: number | undefined;
}

/**
 * The events of a stream, over as many connections as it takes: each begins after the last event with an id
 * that was seen. Ends when the caller stops reading.
 */
export async function* followEvents(
  api: Api,
  path: string,
  options: FollowOptions = {},
): AsyncGenerator<ServerSentEvent, never> {
  const { signal, giveUpAfterMs = GIVE_UP_AFTER_MS } = options;
  const outage = new Outage();
  let { lastEventId } = options;
  for (;;) {
    try {
      for await (const event of oneConnection(api, path, lastEventId, options, outage)) {
        lastEventId = event.id ?? lastEventId;
        yield event;
      }
      outage.lost();
    } catch (error) {
      outage.lost();
      // The very first try has had its retries: a controller that never answered is not waited for.
      const isHopeless = !outage.hasConnected && Number.isFinite(giveUpAfterMs);
      if (!isLoss(error) || isHopeless || outage.isLongerThan(giveUpAfterMs)) throw error;
    }
    await outage.pause(signal);
  }
}

/** A loss may mend itself; a refusal does not. */
function isLoss(error: unknown): boolean {
  if (!isHangarError(error)) return false;
  const { code, status = 0 } = error;
  if (code === "unreachable" || code === "timed-out" || code === "rate-limited") return true;
  return status >= 500;
}

async function* oneConnection(
  api: Api,
  path: string,
  lastEventId: string | undefined,
  options: CallOptions,
  outage: Outage,
): AsyncGenerator<ServerSentEvent> {
  const headers = {
    accept: "text/event-stream",
    ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
  };
  const { response, deadline } = await api.open(path, headers, options);
  try {
    const events = readEvents(eventBody(response));
    outage.connected();
    try {
      for (;;) {
        const { done, value } = await reachably(api.url, deadline.signal, () => events.next());
        if (done) return;
        outage.heard();
        yield value;
      }
    } finally {
      await events.return(undefined);
    }
  } finally {
    deadline.end();
  }
}

/** A page that answers in the stream's place would otherwise be an endless stream without events. */
function eventBody({ body, headers, status, url }: Response): ReadableStream<Uint8Array> {
  const type = headers.get("content-type") ?? "";
  if (body !== null && type.startsWith("text/event-stream")) return body;
  void body?.cancel().catch(() => undefined);
  throw new HangarError(`${url} answered ${type || "nothing"} and not a stream of events`, {
    code: "unexpected-answer",
    status,
  });
}
