import { onTestFinished } from "vitest";
import { readEvents } from "../../src/client/read-events.ts";
import { waitFor } from "./wait-for.ts";

export interface OpenStream<T> {
  status: number;
  /** What has come so far. */
  events: { id?: string | undefined; event?: string | undefined; data: T }[];
  /** Set once the server has ended it. */
  hasEnded(): boolean;
  next(count: number): Promise<T[]>;
  close(): void;
}

/** Server-sent events of an address, read as they come. */
export async function openStream<T>(
  url: string,
  key: string,
  headers: Record<string, string> = {},
): Promise<OpenStream<T>> {
  const over = new AbortController();
  onTestFinished(() => over.abort());
  const response = await fetch(url, {
    headers: { accept: "text/event-stream", authorization: `Bearer ${key}`, ...headers },
    signal: over.signal,
  });
  const events: OpenStream<T>["events"] = [];
  let ended = false;
  const read = async () => {
    if (response.body === null || !response.ok) return;
    for await (const { id, event, data } of readEvents(response.body)) {
      events.push({ id, event, data: JSON.parse(data) });
    }
  };
  void read()
    .catch(() => undefined)
    .then(() => {
      ended = true;
    });
  return {
    status: response.status,
    events,
    hasEnded: () => ended,
    async next(count) {
      await waitFor(`${count} events`, () => events.length >= count);
      return events.map(({ data }) => data);
    },
    close: () => over.abort(),
  };
}
