import { expect, test } from "vitest";
import type { Reached, ToldEvent } from "../../../controller/events/event-feed.ts";
import { cursorEvents } from "../../../controller/http/cursor-events.ts";
import { newBackendId } from "../../../src/protocol/ids.ts";

function told(seq: number): ToldEvent {
  const key = { name: "doc", namespace: "", tag: "" };
  const about = { key, cluster: "c", drone: "d", image: "i", labels: {} };
  const event = { seq, at: 1, id: newBackendId(), ...about, state: { status: "loading" } } as const;
  return { event, forgotten: 0 };
}

async function* each(...all: (ToldEvent | Reached)[]): AsyncGenerator<ToldEvent | Reached> {
  yield* all;
}

test("a stream begins with its place, and heartbeats say the last one, be it an event's or not", async () => {
  const reached = (seq: number, known = seq) => ({ reached: { seq, known } });
  const stream = cursorEvents(each(reached(4, 9), told(5), reached(8), told(11)));
  const events = stream.events[Symbol.asyncIterator]();
  const next = async () => (await events.next()).value;
  expect(stream.heartbeat()).toBe(":\n\n");
  expect(await next()).toEqual({ id: "4-9" });
  expect(stream.heartbeat()).toBe("id: 4-9\n\n");
  expect(await next()).toMatchObject({ id: "5", event: "backend.status" });
  expect(stream.heartbeat()).toBe("id: 5\n\n");
  expect(await next()).toMatchObject({ id: "11" });
  expect(stream.heartbeat()).toBe("id: 11\n\n");
});

test("past what does not fit, heartbeats go on", async () => {
  const stream = cursorEvents(
    each({ reached: { seq: 4, known: 4 } }, { reached: { seq: 8, known: 8 } }),
  );
  const events = [];
  for await (const event of stream.events) events.push(event);
  expect(events).toEqual([{ id: "4" }]);
  expect(stream.heartbeat()).toBe("id: 8\n\n");
});
