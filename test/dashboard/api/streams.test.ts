import { expect, onTestFinished, test } from "vitest";
import { Api } from "../../../dashboard/api/api.ts";
import { followStream } from "../../../dashboard/api/follow-stream.ts";
import { LiveFeed } from "../../../dashboard/api/live-feed.ts";
import { answer, events, refuse, scriptedApi } from "../../client/scripted-api.ts";
import { waitFor } from "../../harness/wait-for.ts";

const PATH = "/v1/backends/b1/logs?follow=true";
const LOGS = "GET /v1/backends/b1/logs";
const EVENTS = "GET /v1/events";
const item = (id: string) => ({ id, data: { text: id } });
const END = { event: "end", data: {} };
const happened = (cursor: string) => ({ id: cursor, event: "backend.status", data: { cursor } });

async function follow(script: Parameters<typeof scriptedApi>[0], after?: string) {
  const api = await scriptedApi(script);
  onTestFinished(() => api[Symbol.asyncDispose]());
  const heard: string[] = [];
  const states: string[] = [];
  const cursor = { after };
  await followStream<{ text: string }>(new Api(api.url, () => undefined), {
    ...{ path: PATH, cursor, signal: new AbortController().signal },
    hear: ({ text }) => heard.push(text),
    tell: (state) => states.push(state),
  });
  return { asked: api.asked, cursor, heard, states };
}

test("a stream goes on where an earlier look at it, or a lost connection, has ended", async () => {
  const { asked, cursor, heard, states } = await follow(
    { [LOGS]: [events([item("2")], "break"), events([item("3"), END], "stay")] },
    "1",
  );
  expect(asked.map(({ headers }) => headers["last-event-id"])).toEqual(["1", "2"]);
  expect(asked[0]?.headers["x-hangar-request"]).toBe("dashboard");
  expect(heard).toEqual(["2", "3"]);
  expect(states).toEqual(["live", "reconnecting", "live", "ended"]);
  expect(cursor.after).toBe("3");
});

test("a stream that is refused is not asked for again", async () => {
  const { asked, states } = await follow({
    [LOGS]: refuse(410, "backend-ended", "its log went with it"),
  });
  expect(states).toEqual(["refused"]);
  expect(asked).toHaveLength(1);
});

test("while there is no stream of events they are asked for, and none is told twice or left out", async () => {
  await using api = await scriptedApi({
    [EVENTS]: [
      answer({ events: [], next_cursor: "1" }),
      events([happened("2")], "break"),
      answer({ events: [happened("3").data], next_cursor: "3" }),
      events([happened("4")], "stay"),
    ],
  });
  const feed = new LiveFeed(new Api(api.url, () => undefined));
  const heard: string[] = [];
  const states: string[] = [];
  feed.listen((some) => heard.push(...some.map(({ cursor }) => cursor)));
  onTestFinished(feed.state.subscribe((state) => void states.push(state)));
  const stop = new AbortController();
  const running = feed.run(stop.signal);
  await waitFor("the last", () => heard.includes("4"));
  stop.abort();
  await running;
  expect(heard).toEqual(["2", "3", "4"]);
  expect(states).toEqual(["connecting", "live", "polling", "live"]);
  expect(api.asked.map(({ path, headers }) => [path, headers["last-event-id"]])).toEqual([
    ["/v1/events?tail=0", undefined],
    ["/v1/events", "1"],
    ["/v1/events?cursor=2", undefined],
    ["/v1/events", "3"],
  ]);
});

test("who was away for too long is told to look anew", async () => {
  await using api = await scriptedApi({
    [EVENTS]: [
      answer({ events: [], next_cursor: "1" }),
      refuse(410, "cursor-gone", "forgotten"),
      refuse(410, "cursor-gone", "forgotten"),
      answer({ events: [], next_cursor: "9" }),
      events([happened("10")], "stay"),
    ],
  });
  const feed = new LiveFeed(new Api(api.url, () => undefined));
  const heard: string[] = [];
  let missed = 0;
  feed.listen((some) => heard.push(...some.map(({ cursor }) => cursor)));
  feed.onMissed(() => {
    missed += 1;
  });
  const stop = new AbortController();
  const running = feed.run(stop.signal);
  await waitFor("news", () => heard.length > 0);
  stop.abort();
  await running;
  expect([heard, missed]).toEqual([["10"], 1]);
});
