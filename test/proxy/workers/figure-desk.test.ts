import { setImmediate as turn } from "node:timers/promises";
import { Counter, Gauge, Registry } from "prom-client";
import { expect, test } from "vitest";
import { tellable } from "../../../proxy/figures/sum-figures.ts";
import { FigureDesk } from "../../../proxy/workers/figure-desk.ts";
import { TestClock } from "../../harness/test-clock.ts";

async function told(requests: number, open: number) {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: "requests_total", help: "all", registers }).inc(requests);
  new Gauge({ name: "open", help: "now", registers }).set(open);
  new Gauge({ name: "hangar_proxy_info", help: "who", registers }).set(1);
  const expires = { name: "hangar_proxy_certificate_expires_seconds", help: "when", registers };
  new Gauge(expires).set(1_000 - open);
  new Gauge({ name: "unmeasured", help: "no", registers }).set(Number.NaN);
  return tellable(await registry.getMetricsAsJSON());
}

function setUp() {
  const clock = new TestClock();
  const alive = new Set([1, 2]);
  const desk = new FigureDesk({
    clock,
    isConnected: () => true,
    activeBackends: () => 3,
    workers: () => alive.size,
    askAll: () => [...alive],
  });
  return { clock, alive, desk };
}

test("figures are added up, and what is one for all is told once", async () => {
  const { desk } = setUp();
  const metrics = desk.metrics();
  desk.hear(1, await told(5, 1));
  desk.hear(2, await told(7, 2));
  const lines = (await metrics).split("\n");
  for (const line of [
    ...["requests_total 12", "open 3", "hangar_proxy_info 1", "hangar_proxy_workers 2"],
    ...["hangar_proxy_backends_active 3", "hangar_proxy_connected 1"],
    "hangar_proxy_certificate_expires_seconds 998",
  ]) {
    expect(lines).toContain(line);
  }
});

test("totals do not go down when a worker is gone, and what it had open is not counted", async () => {
  const { desk, alive } = setUp();
  const first = desk.metrics();
  desk.hear(1, await told(5, 1));
  desk.hear(2, await told(7, 2));
  await first;
  alive.delete(1);
  desk.forget(1);
  const second = desk.metrics();
  desk.hear(2, await told(8, 2));
  const lines = (await second).split("\n");
  expect(lines).toContain("requests_total 13");
  expect(lines).toContain("open 2");
});

test("a worker that does not answer is told of as it was, and nobody waits for one that dies", async () => {
  const { desk, alive, clock } = setUp();
  const first = desk.metrics();
  desk.hear(1, await told(5, 1));
  desk.hear(2, await told(7, 2));
  await first;
  const second = desk.metrics();
  desk.hear(1, await told(6, 1));
  await turn();
  await clock.advance(1_000);
  expect((await second).split("\n")).toContain("requests_total 13");
  alive.delete(2);
  const third = desk.metrics();
  desk.hear(1, await told(6, 1));
  desk.forget(2);
  expect((await third).split("\n")).toContain("requests_total 13");
});
