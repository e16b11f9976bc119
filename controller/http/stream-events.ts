import { once } from "node:events";
import type { FastifyReply } from "fastify";
import type { Clock } from "../../src/shared/clock.ts";
import { mustBeStream } from "./must-be-stream.ts";

export interface ServerEvent {
  /** What Last-Event-ID names later; an event without one is not resumed after. */
  id?: string;
  event?: string;
  /** Without it, nor text, readers note the id and hear of nothing. */
  data?: unknown;
  /** In place of data, as it is: one line. */
  text?: string;
}

const HEARTBEAT_MS = 15_000;

/** Server-sent events until they end or the client goes; comments in between keep middlemen awake. */
export async function streamEvents(
  reply: FastifyReply,
  events: AsyncIterable<ServerEvent>,
  clock: Clock,
  signal: AbortSignal,
  heartbeat = () => ":\n\n",
): Promise<void> {
  mustBeStream(reply);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...reply.getHeaders(),
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
  } as Record<string, string>);
  // What a stream would say is nothing to wait for where only its head is asked for.
  if (reply.request.method === "HEAD") {
    raw.end();
    return;
  }
  // The first event may be long in coming.
  raw.flushHeaders();
  const over = new AbortController();
  void beat(() => raw.write(heartbeat()), clock, AbortSignal.any([signal, over.signal]));
  try {
    for await (const event of events) {
      if (!raw.write(serialize(event))) await once(raw, "drain", { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    over.abort();
    raw.end();
  }
}

async function beat(send: () => void, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(HEARTBEAT_MS, signal).then(send, () => undefined);
  }
}

function serialize({ id, event, data, text }: ServerEvent): string {
  const line = text ?? (data === undefined ? undefined : JSON.stringify(data));
  const lines = [
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(line === undefined ? [] : [`data: ${line}`]),
  ];
  return `${lines.join("\n")}\n\n`;
}
