import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Controller } from "../../controller/index.ts";
import type { LogLine } from "../../src/protocol/log-line.ts";
import type { BackendMetrics } from "../../src/protocol/metrics.ts";
import { openStream } from "../harness/open-stream.ts";
import { ask, createDatabase, dropDatabase, urlOf } from "../harness/postgres-database.ts";
import { processHangar } from "../harness/process-hangar.ts";
import { waitFor } from "../harness/wait-for.ts";

let hangar: Awaited<ReturnType<typeof processHangar>>;
/** Shares the database, and has no drone of its own. */
let other: Controller;
let database: string;

beforeAll(async () => {
  database = await createDatabase();
  hangar = await processHangar({ database: urlOf(database) });
  other = await hangar.startOne("other");
});
afterAll(async () => {
  await hangar[Symbol.asyncDispose]();
  await dropDatabase(database);
});

const terminate = (id: string) => hangar.post(`/v1/backends/${id}/terminate`, {});
const follow = (id: string) =>
  openStream<LogLine>(`${other.url}/v1/backends/${id}/logs?follow=true`, other.keys.admin);

test("a controller that does not hold the drone's socket tells its logs and metrics all the same", async () => {
  const id = await hangar.spawn();
  const live = await follow(id);
  await hangar.tell(id, "print/one");
  expect((await live.next(2)).map(({ text }) => text)).toEqual(["listening", "one"]);
  await hangar.tell(id, "endless/3");
  const here = await (await hangar.get(`/v1/backends/${id}/logs`)).text();
  const there = await (await hangar.get(`/v1/backends/${id}/logs`, {}, other)).text();
  expect(hashOf(there)).toBe(hashOf(here));
  expect(there.length).toBeGreaterThan(3 * 1_048_576);
  const metrics = await hangar.json<BackendMetrics>(`/v1/backends/${id}/metrics`, other);
  expect(metrics.memory_bytes).toBeGreaterThan(1_000_000);
  await terminate(id);
  await waitFor("the end", () => live.hasEnded());
  expect(live.events.at(-1)?.event).toBe("end");
});

test("notes that are lost on the way lose no line", async () => {
  const id = await hangar.spawn();
  const live = await follow(id);
  await live.next(1);
  for (let round = 1; round <= 3; round += 1) {
    const printed = hangar.tell(id, "lines/300/1000");
    await ask(
      urlOf(database),
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'hangar changes' and datname = current_database()`,
    );
    await printed;
    await waitFor("all lines", () => live.events.length >= 1 + round * 300, 40_000);
  }
  await terminate(id);
  await waitFor("the end", () => live.hasEnded(), 40_000);
  const numbers = live.events.flatMap(({ data }) => /^(\d+) /.exec(data.text ?? "")?.[1] ?? []);
  const once = Array.from({ length: 300 }, (_, index) => String(index + 1));
  expect(numbers).toEqual([...once, ...once, ...once]);
});

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
