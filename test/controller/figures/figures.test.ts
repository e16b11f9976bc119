import { expect, test } from "vitest";
import type { ConnectResponse } from "../../../src/protocol/connect.ts";
import { lintMetrics } from "../../harness/lint-metrics.ts";
import { type Scrape, scrape } from "../../harness/scrape.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { ADDRESS, aController, report, runSpawn, type TestController } from "../a-controller.ts";

const LISTENER = { figures: { host: "127.0.0.1", port: 0 } };
const SPAWN = { image: "hangar/echo" };

function scrapeOpenly({ controller }: TestController): Promise<Scrape> {
  return scrape(`http://127.0.0.1:${controller.figuresPort}/metrics`);
}

/** Two connects to one key, one that finds nothing, and a spawn that ends. */
async function busy(hangar: TestController): Promise<void> {
  const drone = await hangar.drone();
  await waitFor("a healthy drone", async () => {
    const { body } = await hangar.call("GET", "/v1/drones");
    return (body as { drones: { healthy: boolean }[] }).drones[0]?.healthy;
  });
  const key = { name: "doc" };
  await hangar.call("POST", "/v1/connect", { key, spawn: SPAWN });
  const { action_id, action } = await drone.next("action");
  if (action.type !== "spawn") throw new Error("not a spawn");
  drone.say({ type: "action-ack", action_id });
  const { backend_id: id } = action.spec;
  report(drone, id, { status: "starting", pull_ms: 1_200 });
  report(drone, id, { status: "waiting", address: ADDRESS, create_ms: 30, start_ms: 70 });
  report(drone, id, { status: "ready", address: ADDRESS, first_answer_ms: 400 });
  await hangar.call("POST", "/v1/connect", { key, wait: "ready" });
  await hangar.call("POST", "/v1/connect", { key: { name: "none" } });
  await hangar.call("POST", "/v1/connect", { spawn: SPAWN });
  const other = await runSpawn(drone);
  report(drone, other, { status: "terminated", reason: "exited" });
  report(drone, other, { status: "ready", address: ADDRESS });
  await hangar.call("GET", `/v1/backends/${id}`);
  await hangar.call("GET", `/v1/backends/abcdefghij0123`);
}

test("the figures tell what the controller did, and of the whole cluster", async () => {
  await using hangar = await aController({ ...LISTENER, sweepIntervalMs: 20 });
  await using _proxy = await hangar.proxy();
  await busy(hangar);
  await waitFor("all reports", async () => {
    const told = await scrapeOpenly(hangar);
    return (
      told.value("hangar_controller_reports_stale_total") === 1 &&
      told.value("hangar_controller_spawn_seconds_count") === 2
    );
  });
  const told = await scrapeOpenly(hangar);
  const of = (name: string, labels?: Record<string, string>) =>
    told.value(`hangar_controller_${name}`, labels);
  expect(of("info", { cluster: "localhost:9090", version: "0.1.0" })).toBe(1);
  expect(of("connects_total", { outcome: "spawned" })).toBe(2);
  expect(of("connects_total", { outcome: "found" })).toBe(1);
  expect(of("connects_total", { outcome: "key-not-held" })).toBe(1);
  expect(of("errors_total", { code: "not-found" })).toBe(1);
  const route = { method: "POST", route: "/v1/connect" };
  expect(of("requests_total", { ...route, status: "2xx" })).toBe(3);
  expect(of("requests_total", { ...route, status: "4xx" })).toBe(1);
  expect(of("request_seconds_count", route)).toBe(4);
  const backend = { method: "GET", route: "/v1/backends/:id" };
  expect(of("requests_total", { ...backend, status: "4xx" })).toBe(1);
  expect(of("claims_total", { outcome: "spawned" })).toBe(2);
  expect(of("spawn_step_seconds_sum", { step: "pull" })).toBe(1.2);
  expect(of("spawn_step_seconds_sum", { step: "create" })).toBe(0.03);
  expect(of("spawn_step_seconds_sum", { step: "start" })).toBe(0.07);
  expect(of("spawn_step_seconds_sum", { step: "first-answer" })).toBe(0.4);
  expect(of("backends_ended_total", { reason: "exited" })).toBe(1);
  expect(of("lease_requests_total", { outcome: "renewed" })).toBe(1);
  expect(of("sockets_open", { peer: "drone" })).toBe(1);
  expect(of("sockets_open", { peer: "proxy" })).toBe(1);
  expect(of("database_up")).toBe(1);
  expect(of("database_seconds_count", { call: "spawn" })).toBe(2);
  expect(of("changes_total", { kind: "backend" })).toBeGreaterThan(4);
  expect(of("queue_length")).toBe(0);
  expect(told.value("process_resident_memory_bytes")).toBeGreaterThan(0);
});

test("the cluster's figures are the database's", async () => {
  await using hangar = await aController(LISTENER);
  await busy(hangar);
  await waitFor("the second backend's end", async () => {
    const { body } = await hangar.call("GET", "/v1/backends?status=terminated");
    return (body as { backends: unknown[] }).backends.length === 1;
  });
  const told = await scrapeOpenly(hangar);
  const of = (name: string, labels?: Record<string, string>) =>
    told.value(`hangar_controller_${name}`, labels);
  expect(of("backends", { status: "ready" })).toBe(1);
  expect(of("backends", { status: "scheduled" })).toBe(0);
  expect(of("backends", { status: "terminated" })).toBeUndefined();
  expect(of("actions_pending")).toBe(0);
  expect(of("drones", { state: "fit" })).toBe(1);
  expect(of("drones", { state: "draining" })).toBe(0);
  expect(of("controllers")).toBe(1);
  const pool = { cluster: "localhost:9090", pool: "" };
  expect(of("room_backends", { ...pool, part: "taken" })).toBe(1);
  expect(of("room_backends", { ...pool, part: "total" })).toBeUndefined();
  expect(of("room_memory_bytes", { ...pool, part: "total" })).toBeGreaterThan(1_000_000);
});

test("every figure is named as Prometheus wants it, and has no label without bound", async () => {
  await using hangar = await aController(LISTENER);
  await busy(hangar);
  const { metrics } = await scrapeOpenly(hangar);
  expect(metrics.length).toBeGreaterThan(60);
  expect(lintMetrics(metrics, "hangar_controller_")).toEqual([]);
});

test("whoever follows events is counted until they go", async () => {
  await using hangar = await aController(LISTENER);
  await using _drone = await hangar.drone();
  const open = async () => (await scrapeOpenly(hangar)).value("hangar_controller_streams_open");
  const { body } = await waitFor("a backend", async () => {
    const answer = await hangar.call("POST", "/v1/connect", { spawn: SPAWN });
    return answer.status === 200 ? answer : undefined;
  });
  const leave = new AbortController();
  const { backend_id: id } = body as ConnectResponse;
  const { url, keys } = hangar.controller;
  const headers = { accept: "text/event-stream", authorization: `Bearer ${keys.admin}` };
  // One that is told nothing yet: its logs and metrics wait for its start.
  for (const [index, path] of [
    `/v1/backends/${id}/status/stream`,
    `/v1/backends/${id}/logs?follow=true`,
    `/v1/backends/${id}/metrics/stream`,
    "/v1/events",
    `/pub/b/${id}/status-stream`,
    `/v2/backend/${id}/status/stream`,
    `/backend/${id}/status/stream`,
    `/v2/backend/${id}/logs/stream`,
    `/v2/backend/${id}/metrics/stream`,
  ].entries()) {
    const stream = await fetch(url + path, { headers, signal: leave.signal });
    expect(stream.status, path).toBe(200);
    expect(await open(), path).toBe(index + 1);
  }
  leave.abort();
  await waitFor("its end", async () => (await open()) === 0);
  const route = { method: "GET", route: "/v1/events", status: "2xx" };
  const told = await scrapeOpenly(hangar);
  expect(told.value("hangar_controller_requests_total", route)).toBe(1);
});

test("the API tells them to who has a key, and the listener of its own to anybody", async () => {
  await using hangar = await aController(LISTENER);
  const { url, keys, figuresPort } = hangar.controller;
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
  const { metrics } = await scrape(`${url}/metrics`, keys.admin);
  expect(metrics.some(({ name }) => name === "hangar_controller_info")).toBe(true);
  expect((await fetch(`http://127.0.0.1:${figuresPort}/v1/drones`)).status).toBe(404);
  await using other = await aController();
  expect(other.controller.figuresPort).toBeUndefined();
});
