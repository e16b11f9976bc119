import type { Api, CallOptions } from "./api.ts";
import type { ServerSentEvent } from "./event-parser.ts";
import { HangarError } from "./hangar-error.ts";
import { readEvents } from "./read-events.ts";
import { reachably } from "./send.ts";
import { originOf } from "./sendable.ts";

export interface ConnectionOptions extends CallOptions {
  /** The event after which to begin. Default: where the stream itself begins. */
  lastEventId?: string | undefined;
  /** Called once the stream is answered. */
  onOpen?: (() => void) | undefined;
}

/** The events of a stream, over one connection. Ends where that ends; throws `unreachable` if it breaks. */
export async function* oneConnection(
  api: Api,
  path: string,
  { lastEventId, onOpen, ...options }: ConnectionOptions,
): AsyncGenerator<ServerSentEvent> {
  const headers = {
    accept: "text/event-stream",
    ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
  };
  const { response, deadline } = await api.open(path, headers, options);
  try {
    const origin = originOf(api.url);
    const events = readEvents(eventBody(response));
    onOpen?.();
    try {
      for (;;) {
        const { done, value } = await reachably(origin, deadline.signal, () => events.next());
        if (done) return;
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
