import { expect, test } from "vitest";
import { createClient } from "../../src/client/client.ts";
import { events, refuse, scriptedApi } from "./scripted-api.ts";

const ROUTE = "GET /v1/backends/b1/status/stream";
const state = (status: string) => ({ id: status, data: { status, time: 1 } });

async function statuses(url: string, signal?: AbortSignal): Promise<string[]> {
  const seen: string[] = [];
  for await (const { status, progress } of createClient({ url }).statusStream("b1", { signal })) {
    seen.push(progress === undefined ? status : `${status} ${progress.percent}%`);
  }
  return seen;
}

test("a stream tells states and progress, and ends after terminated", async () => {
  const progress = { status: "loading", time: 1, progress: { percent: 40, text: "layer" } };
  await using api = await scriptedApi({
    [ROUTE]: events(
      [
        state("loading"),
        { event: "progress", data: progress },
        state("ready"),
        state("terminated"),
      ],
      "stay",
    ),
  });
  expect(await statuses(api.url)).toEqual(["loading", "loading 40%", "ready", "terminated"]);
});

test("a broken stream goes on after the last state that was seen", async () => {
  await using api = await scriptedApi({
    [ROUTE]: [
      events([state("scheduled"), state("loading")], "break"),
      events([state("ready")], "end"),
      events([state("terminated")], "end"),
    ],
  });
  expect(await statuses(api.url)).toEqual(["scheduled", "loading", "ready", "terminated"]);
  expect(api.asked.map(({ headers }) => headers["last-event-id"])).toEqual([
    undefined,
    "loading",
    "ready",
  ]);
});

test("a state that is told again after a reconnect is passed on once", async () => {
  await using api = await scriptedApi({
    [ROUTE]: [
      events([state("scheduled")], "break"),
      events([state("scheduled"), state("terminated")], "end"),
    ],
  });
  expect(await statuses(api.url)).toEqual(["scheduled", "terminated"]);
});

test("an unknown backend is an error and not a reason to reconnect", async () => {
  await using api = await scriptedApi({ [ROUTE]: refuse(404, "not-found", "no backend b1") });
  await expect(statuses(api.url)).rejects.toMatchObject({ code: "not-found" });
  expect(api.asked).toHaveLength(1);
});

test("a page in the stream's place is an error, and a gateway's a reason to come again", async () => {
  await using api = await scriptedApi({
    [ROUTE]: [
      events([state("scheduled")], "break"),
      (response) => void response.writeHead(502).end("<html>"),
      events([state("terminated")], "end"),
    ],
    "GET /v1/backends/b2/status/stream": (response) => void response.end("<html>"),
  });
  expect(await statuses(api.url)).toEqual(["scheduled", "terminated"]);
  const other = createClient({ url: api.url }).statusStream("b2")[Symbol.asyncIterator]();
  await expect(other.next()).rejects.toMatchObject({ code: "unexpected-answer", status: 200 });
});

test("a stream that is no longer listened to is hung up", async () => {
  let hungUp = () => {};
  const done = new Promise<void>((resolve) => {
    hungUp = resolve;
  });
  await using api = await scriptedApi({
    [ROUTE]: (response, request) => {
      response.on("close", hungUp);
      return events([state("scheduled")], "stay")(response, request);
    },
  });
  for await (const _ of createClient({ url: api.url }).statusStream("b1")) break;
  await done;
});

test("an aborted stream rejects with the signal's reason", async () => {
  const stop = new AbortController();
  await using api = await scriptedApi({
    [ROUTE]: (response, request) => {
      response.on("close", () => undefined);
      setImmediate(() => stop.abort(new Error("enough")));
      return events([state("scheduled")], "stay")(response, request);
    },
  });
  await expect(statuses(api.url, stop.signal)).rejects.toThrow("enough");
});
