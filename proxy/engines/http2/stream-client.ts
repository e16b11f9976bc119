import type { ServerHttp2Stream } from "node:http2";
import type { RequestHead } from "../../engine.ts";
import { Trip, type TripDeps } from "../trip.ts";

/** A client's one request, and the stream that its answer goes to. */
export interface StreamClient {
  readonly stream: ServerHttp2Stream;
  readonly head: RequestHead;
  readonly trip: Trip;
  readonly written: WrittenBytes;
}

/** What a stream was given; a head counts for what it says, not for the less that HPACK makes of it. */
export class WrittenBytes {
  total = 0;

  addHead(fields: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(fields)) {
      for (const one of [value].flat()) this.total += name.length + String(one).length;
    }
  }

  addBody(body: Buffer | string): void {
    this.total += Buffer.byteLength(body);
  }
}

export function streamClient(
  deps: TripDeps,
  stream: ServerHttp2Stream,
  head: RequestHead,
): StreamClient {
  const written = new WrittenBytes();
  const trip = new Trip(deps, () => written.total);
  trip.begin();
  trip.about(head, undefined);
  stream.once("close", () => trip.over());
  return { stream, head, trip, written };
}

/** Whether the client can still be told something. What was reset is closed some time before it is destroyed. */
export function isOpen({ destroyed, closed }: ServerHttp2Stream): boolean {
  return !destroyed && !closed;
}
