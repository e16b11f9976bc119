import { expect, test } from "vitest";
import { createClient } from "../../src/client/client.ts";
import type { StreamState } from "../../src/client/follow-events.ts";
import { answer, events, refuse, type ScriptedApi, scriptedApi } from "./scripted-api.ts";

const LOGS = "GET /v1/backends/b1/logs";
const line = (id: string) => ({ id, data: { at: null, stream: "stdout", text: `line ${id}` } });
const END = { event: "end", data: {} };

const queries = ({ asked }: Pick<ScriptedApi, "asked">) =>
  asked.map(({ path }) => path.split("?")[1] ?? "");
const happened = (id: string) => ({ id, event: "backend.status", data: { cursor: id } });

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const item of items) read.push(item);
  return read;
}

test("a log that breaks off goes on after the last line that came, and ends at its end", async () => {
  await using api = await scriptedApi({
    [LOGS]: [events([line("1"), line("2")], "break"), events([line("3"), END], "stay")],
  });
  const client = createClient({ url: api.url });
  const lines = await all(client.logs("b1", { follow: true, tail: 2, since: "5m", stdout: true }));
  expect(lines.map(({ text }) => text)).toEqual(["line 1", "line 2", "line 3"]);
  expect(api.asked.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "2"]);
  expect(queries(api)[0]).toBe("follow=true&tail=2&since=5m&stdout=true");
});

test("who reads a log is told when only its last lines are left, and when nothing is", async () => {
  await using api = await scriptedApi({
    [LOGS]: [
      events([{ event: "last-lines", data: {} }, { data: line("1").data }, END], "end"),
      refuse(410, "backend-ended", "it has ended"),
    ],
  });
  const client = createClient({ url: api.url });
  let isTold = false;
  const onLastLines = () => {
    isTold = true;
  };
  expect(await all(client.logs("b1", { onLastLines }))).toHaveLength(1);
  expect(isTold).toBe(true);
  await expect(all(client.logs("b1"))).rejects.toMatchObject({ code: "backend-ended" });
});

test("metrics are asked for once, of all, or again and again until the end", async () => {
  const sample = { backend_id: "b1", cpu: 0.5 };
  await using api = await scriptedApi({
    "GET /v1/backends/b1/metrics": answer(sample),
    "GET /v1/metrics": answer({ metrics: [sample] }),
    "GET /v1/backends/b1/metrics/stream": events([{ data: sample }, { data: sample }, END], "stay"),
  });
  const client = createClient({ url: api.url });
  expect(await client.metrics("b1")).toEqual(sample);
  expect(await client.listMetrics({ namespace: "eu" })).toEqual([sample]);
  expect(await all(client.metricsStream("b1", { intervalSeconds: 1 }))).toEqual([sample, sample]);
  expect(queries(api)).toEqual(["", "namespace=eu", "interval_seconds=1"]);
});

test("events begin with a place, so that none is left out before the first has come", async () => {
  await using api = await scriptedApi({
    "GET /v1/events": [
      answer({ events: [{ cursor: "7" }], next_cursor: "9" }),
      events([], "break"),
      events([happened("10")], "break"),
      events([happened("11")], "stay"),
    ],
  });
  const seen: string[] = [];
  const filter = { tail: 1, namespace: "eu", status: ["ready"] as const, labels: { a: "b" } };
  for await (const { cursor } of createClient({ url: api.url }).events(filter)) {
    seen.push(cursor);
    if (cursor === "11") break;
  }
  expect(seen).toEqual(["7", "10", "11"]);
  expect(api.asked.map(({ headers }) => headers["last-event-id"])).toEqual([
    undefined,
    "9",
    "9",
    "10",
  ]);
  expect(queries(api)[0]).toBe("namespace=eu&tail=1&status=ready&label=a%3Db");
});

test("who reads a stream hears where its connection stands, from the first try to its end", async () => {
  await using api = await scriptedApi({
    [LOGS]: [
      events([line("1")], "end"),
      (response) => void response.writeHead(502).end(),
      events([END], "stay"),
    ],
  });
  const states: StreamState[] = [];
  const options = { follow: true, onState: (state: StreamState) => states.push(state) };
  expect(await all(createClient({ url: api.url }).logs("b1", options))).toHaveLength(1);
  const kinds = ["connecting", "open", "pausing", "connecting", "open", "ended"];
  expect(states.map(({ kind }) => kind)).toEqual(kinds);
  expect(states[2]).toEqual({ kind: "pausing", ms: 100 });
});

test("a refused stream is at its end too", async () => {
  await using api = await scriptedApi({ [LOGS]: refuse(410, "backend-ended", "it has ended") });
  const kinds: string[] = [];
  const options = { onState: ({ kind }: StreamState) => kinds.push(kind) };
  await expect(all(createClient({ url: api.url }).logs("b1", options))).rejects.toThrow();
  expect(kinds).toEqual(["connecting", "ended"]);
});
