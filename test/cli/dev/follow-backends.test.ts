import { expect, test } from "vitest";
import type { DevEvent } from "../../../src/cli/dev/dev-event.ts";
import { followBackends } from "../../../src/cli/dev/follow-backends.ts";
import { createClient } from "../../../src/client/client.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { answer, events, refuse, scriptedApi } from "../../client/scripted-api.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { aSummary, ID } from "../fixtures.ts";

const happened = (cursor: string, status: string, fields: object = {}) => ({
  id: cursor,
  event: "backend.status",
  data: { cursor, backend_id: ID, key: { namespace: "", name: "doc", tag: "" }, status, ...fields },
});
const line = (id: string, text: string, stream = "stdout") => ({
  id,
  data: { at: null, stream, text },
});
const END = { event: "end", data: {} };

async function follow(script: Parameters<typeof scriptedApi>[0]) {
  const api = await scriptedApi({
    "GET /v1/backends": answer({ backends: [aSummary()], next_cursor: null }),
    ...script,
  });
  const told: DevEvent[] = [];
  const lists: string[][] = [];
  const following = await followBackends({
    clock: systemClock,
    client: createClient({ url: api.url }),
    tell: (event) => told.push(event),
    onList: (live) => lists.push(live.map(({ id }) => id)),
  });
  return {
    told,
    lists,
    asked: api.asked,
    async [Symbol.asyncDispose]() {
      await following[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

const backend = (status: string, message: string | null = null) => ({
  ...{ event: "backend", backend_id: ID, key: "doc", status, message },
});
const log = (text: string, stream = "stdout") => ({
  ...{ event: "log", backend_id: ID, stream, line: text },
});

test("each state is told as it comes, and an end after the last line, over lost connections too", async () => {
  let endLog = () => {};
  const logEnds = new Promise<void>((resolve) => {
    endLog = resolve;
  });
  await using site = await follow({
    "GET /v1/events": [
      answer({ events: [], next_cursor: "7" }),
      events([happened("8", "scheduled"), happened("9", "ready")], "break"),
      events([happened("10", "terminated", { termination_reason: "exited" })], "stay"),
    ],
    [`GET /v1/backends/${ID}/logs`]: [
      events([line("1", "one"), line("2", "\u001b[2Jtwo\r", "stderr")], "break"),
      async (response, request) => {
        await logEnds;
        await events([line("3", "three"), END], "stay")(response, request);
      },
    ],
  });
  const { asked, lists, told } = site;
  await waitFor(
    "the end's news",
    () => asked.filter(({ path }) => path === "/v1/events").length > 1,
  );
  await waitFor("the log's", () => asked.filter(({ path }) => path.includes("/logs")).length > 1);
  expect(told).not.toContainEqual(backend("terminated", "exited"));
  endLog();
  await waitFor("the end", () => told.length === 6);
  expect(told.filter(({ event }) => event === "backend")).toEqual([
    backend("scheduled"),
    backend("ready"),
    backend("terminated", "exited"),
  ]);
  expect(told.filter(({ event }) => event === "log")).toEqual([
    log("one"),
    log("two", "stderr"),
    log("three"),
  ]);
  expect(told.at(-1)).toEqual(backend("terminated", "exited"));
  expect(lists[0]).toEqual([ID]);
});

test("a backend whose log is gone, and an end to all news, are told of", async () => {
  await using site = await follow({
    "GET /v1/events": [
      answer({ events: [], next_cursor: "7" }),
      events([happened("8", "terminated", { message: "no such image" })], "end"),
      refuse(403, "forbidden", "not any more"),
    ],
    [`GET /v1/backends/${ID}/logs`]: refuse(410, "backend-ended", "its log went with it"),
  });
  const note = {
    event: "note",
    level: "error",
    text: "no more is heard of backends: not any more",
  };
  await waitFor("both", () => site.told.length === 2);
  expect(site.told).toEqual(expect.arrayContaining([backend("terminated", "no such image"), note]));
});
