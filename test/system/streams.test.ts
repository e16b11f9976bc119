import { once } from "node:events";
import { get as httpGet, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DroneList } from "../../src/protocol/drone.ts";
import type { LogLine } from "../../src/protocol/log-line.ts";
import { BackendMetrics, MetricsList } from "../../src/protocol/metrics.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { openStream } from "../harness/open-stream.ts";
import { processHangar } from "../harness/process-hangar.ts";
import { waitFor } from "../harness/wait-for.ts";

let hangar: Awaited<ReturnType<typeof processHangar>>;

beforeAll(async () => {
  hangar = await processHangar({ heartbeatIntervalMs: 100 });
});
afterAll(() => hangar[Symbol.asyncDispose]());

const follow = (id: string, query = "follow=true", headers = {}) => {
  const { url, keys } = hangar.controller;
  return openStream<LogLine>(`${url}/v1/backends/${id}/logs?${query}`, keys.admin, headers);
};
const logOf = async (id: string, query = "") =>
  (await hangar.get(`/v1/backends/${id}/logs?${query}`)).text();
const terminate = (id: string) => hangar.post(`/v1/backends/${id}/terminate`, {});
const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text);

test("a log is followed from before its backend's start until after its end, and resumes after any line", async () => {
  const id = await hangar.spawn({});
  const live = await follow(id);
  await hangar.get(`/v1/backends/${id}/status?wait=ready`);
  for (const word of ["one", "two", "three"]) await hangar.tell(id, `print/${word}`);
  await live.next(4);
  expect(await logOf(id)).toBe("listening\none\ntwo\nthree\n");
  expect(await logOf(id, "tail=2")).toBe("two\nthree\n");
  expect(await logOf(id, "stderr=true")).toBe("");
  const ndjson = await hangar.get(`/v1/backends/${id}/logs?tail=1`, { accept: "application/json" });
  expect(ndjson.headers.get("content-type")).toBe("application/x-ndjson");
  expect(JSON.parse(await ndjson.text())).toEqual({
    ...{ at: expect.any(Number), stream: "stdout", text: "three" },
  });
  const resumed = await follow(id, "follow=true&tail=0", {
    "last-event-id": live.events[1]?.id ?? "",
  });
  await resumed.next(2);
  await hangar.tell(id, "print/last words");
  await terminate(id);
  await waitFor("the end", () => live.hasEnded() && resumed.hasEnded());
  const words = ["listening", "one", "two", "three", "last words"];
  expect(live.events.map(({ event, data }) => event ?? data.text)).toEqual([...words, "end"]);
  expect(resumed.events.map(({ event, data }) => event ?? data.text)).toEqual([
    ...words.slice(2),
    "end",
  ]);
});

test("of a backend that has ended by itself the last lines are left, and of one in order nothing", async () => {
  const failed = await hangar.spawn();
  await hangar.tell(failed, "print/a cry for help");
  await hangar.tell(failed, "exit/3").catch(() => undefined);
  const orderly = await hangar.spawn();
  await terminate(orderly);
  const left = await waitFor("the container to be gone", async () => {
    const answer = await hangar.get(`/v1/backends/${failed}/logs`);
    return answer.headers.get("hangar-log-source") === "last-lines" ? answer : undefined;
  });
  expect(await left.text()).toBe("listening\na cry for help\n");
  const few = await hangar.get(`/v1/backends/${failed}/logs?tail=1`);
  expect(await few.text()).toBe("a cry for help\n");
  const seen = await follow(failed, "", { "last-event-id": "400" });
  await waitFor("the end", () => seen.hasEnded());
  expect(seen.events.map(({ event }) => event)).toEqual(["end"]);
  const gone = await waitFor("the log to be gone", async () => {
    const answer = await hangar.get(`/v1/backends/${orderly}/logs`);
    return answer.status === 410 ? answer : undefined;
  });
  expect(await gone.json()).toMatchObject({ error: { code: "backend-ended" } });
  expect((await hangar.get(`/v1/backends/${failed}/metrics`)).status).toBe(410);
  expect((await hangar.get("/v1/backends/abcdefghij0123/logs")).status).toBe(404);
  expect((await hangar.get(`/v1/backends/${failed}/logs?since=now`)).status).toBe(400);
});

test("a drone that restarts costs a follower nothing: no line twice, none left out", async () => {
  const id = await hangar.spawn();
  const live = await follow(id);
  await hangar.tell(id, "print/before");
  await live.next(2);
  await hangar.drone[Symbol.asyncDispose]();
  const away = await waitFor("the drone to be away", async () => {
    const answer = await hangar.get(`/v1/backends/${id}/logs`);
    return answer.status === 503 ? answer : undefined;
  });
  expect(await away.json()).toMatchObject({ error: { code: "unavailable" } });
  await hangar.tell(id, "print/meanwhile");
  hangar.drone = await hangar.startAgain();
  await hangar.tell(id, "print/after");
  expect(texts(await live.next(4))).toEqual(["listening", "before", "meanwhile", "after"]);
  await terminate(id);
  await waitFor("the end", () => live.hasEnded());
  expect(live.events.at(-1)?.event).toBe("end");
});

test("a reader who does not read delays no heartbeat and fills no memory, and misses nothing in the end", async () => {
  const id = await hangar.spawn();
  const lazy = await rawGet(`/v1/backends/${id}/logs?follow=true`);
  lazy.pause();
  const other = await hangar.spawn();
  const live = await follow(other);
  const before = process.memoryUsage().rss;
  // An endless line of 48 MiB, then 2 MB of lines.
  await hangar.tell(id, "endless/48");
  await hangar.tell(id, "lines/2000/1000");
  for (let round = 1; round <= 4; round += 1) {
    await hangar.tell(other, `print/${round}`);
    await live.next(1 + round);
    const { drones } = await hangar.json<DroneList>("/v1/drones");
    expect(drones[0]?.last_heartbeat_age_ms).toBeLessThan(2_000);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1_048_576);
  void terminateSoon(id, lazy);
  const printed = await countOf(lazy);
  expect(printed.ys).toBe(48 * 1_048_576);
  expect(printed.last).toMatch(/^2000 x+$/);
  await terminate(other);
});

/** Once it is read to what was printed last: what ends is not kept for readers who are slow for long. */
async function terminateSoon(id: string, reader: IncomingMessage): Promise<void> {
  let seen = "";
  reader.on("data", (chunk) => {
    seen = (seen + chunk).slice(-100_000);
  });
  await waitFor("the last line", () => seen.includes("\n2000 "), 50_000);
  await terminate(id);
}

async function rawGet(path: string): Promise<IncomingMessage> {
  const { url, keys } = hangar.controller;
  const headers = { authorization: `Bearer ${keys.admin}` };
  const [response] = await once(httpGet(url + path, { headers }), "response");
  return response as IncomingMessage;
}

async function countOf(response: IncomingMessage) {
  let ys = 0;
  let last = "";
  let rest = "";
  for await (const chunk of response.setEncoding("utf8")) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("y")) ys += line.replace(/1 x+$/, "").length;
    last = lines.at(-1) ?? last;
  }
  return { ys, last };
}

test("metrics are told now, again and again, and of all at once", async () => {
  const id = await hangar.spawn();
  const other = await hangar.spawn();
  const { url, keys } = hangar.controller;
  const path = `/v1/backends/${id}/metrics`;
  const stream = await openStream<BackendMetrics>(
    `${url}${path}/stream?interval_seconds=0.5`,
    keys.admin,
  );
  const busy = hangar.tell(id, "burn");
  const first = await hangar.json<BackendMetrics>(path);
  expect(validatorOf(BackendMetrics).accepts(first)).toBe(true);
  expect(first).toMatchObject({ backend_id: id, cpu_limit: null, open_connections: 0 });
  expect(first.cpu).toBeGreaterThan(0);
  expect(first.memory_bytes).toBeGreaterThan(10_000_000);
  await busy;
  const all = await hangar.json<MetricsList>("/v1/metrics");
  expect(validatorOf(MetricsList).accepts(all)).toBe(true);
  const ids = all.metrics.map(({ backend_id }) => backend_id);
  expect(ids.sort()).toEqual([id, other].sort());
  expect((await hangar.json<MetricsList>("/v1/metrics?namespace=none")).metrics).toEqual([]);
  await stream.next(3);
  await terminate(id);
  await waitFor("the end", () => stream.hasEnded());
  expect(stream.events.at(-1)?.event).toBe("end");
  expect((await hangar.get(`${path}/stream`)).status).toBe(410);
});
