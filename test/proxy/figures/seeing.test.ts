import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { AccessLine } from "../../../proxy/access-log/access-line.ts";
import { freePort } from "../../../scripts/free-port.ts";
import { lintMetrics } from "../../harness/lint-metrics.ts";
import { scrape as scrapeStrictly } from "../../harness/scrape.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { ask } from "../harness/ask.ts";
import { CLUSTER_HOST, HOST, startFixture } from "../harness/proxy-fixture.ts";
import { BACKEND, NOT_FOUND, OTHER_TOKEN, routeTo, TOKEN } from "../harness/scripted-controller.ts";

const TOLD = { figures: { host: "127.0.0.1", port: 0 } };

/** The figures by name and labels, as they are written. */
async function scrape(port: number | undefined): Promise<Map<string, number>> {
  const { status, headers, body } = await ask(port ?? 0, { path: "/metrics" });
  expect(status).toBe(200);
  expect(headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, name = "", value] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      return [name, Number(value)];
    }),
  );
}

function readScrapeOf(port: number | undefined) {
  return scrapeStrictly(`http://127.0.0.1:${port}/metrics`);
}

describe("the figures", () => {
  test("tell what the proxy did and does", async () => {
    await using fixture = await startFixture(TOLD);
    const { port, proxy, controller } = fixture;
    controller.answer = ({ token }) =>
      token === TOKEN ? routeTo(fixture.backend.port) : NOT_FOUND;
    for (let count = 0; count < 3; count += 1) {
      await ask(port, { path: `/${TOKEN}/`, headers: { host: HOST } });
    }
    await ask(port, { path: `/${OTHER_TOKEN}/`, headers: { host: HOST } });
    await ask(port, { headers: { host: CLUSTER_HOST } });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${TOKEN}/`, { headers: { host: HOST } });
    await once(socket, "open");
    await waitFor("the others to be gone", async () => {
      const figures = await scrape(proxy.figuresPort);
      return figures.get("hangar_proxy_connections_open") === 1;
    });
    const figures = await scrape(proxy.figuresPort);
    expect(Object.fromEntries(figures)).toMatchObject({
      'hangar_proxy_info{name="px-test",cluster="localhost:9090",version="0.1.0"}': 1,
      hangar_proxy_connected: 1,
      hangar_proxy_connections_total: 6,
      'hangar_proxy_connections_refused_total{reason="too-many"}': 0,
      'hangar_proxy_requests_total{code="200"}': 3,
      'hangar_proxy_requests_total{code="404"}': 1,
      'hangar_proxy_requests_total{code="400"}': 1,
      'hangar_proxy_requests_total{code="101"}': 1,
      'hangar_proxy_refusals_total{code="not-found"}': 1,
      'hangar_proxy_refusals_total{code="no-target"}': 1,
      hangar_proxy_requests_open: 1,
      hangar_proxy_upgrades_total: 1,
      hangar_proxy_upgrades_open: 1,
      hangar_proxy_route_lookups_total: 2,
      hangar_proxy_route_hits_total: 3,
      'hangar_proxy_first_byte_seconds_bucket{le="+Inf"}': 4,
      hangar_proxy_first_byte_seconds_count: 4,
    });
    expect(figures.get('hangar_proxy_bytes_total{direction="in"}')).toBeGreaterThan(500);
    expect(figures.get('hangar_proxy_bytes_total{direction="out"}')).toBeGreaterThan(500);
    expect(figures.get("hangar_proxy_first_byte_seconds_sum")).toBeGreaterThan(0);
    expect(figures.get("hangar_proxy_first_byte_seconds_sum")).toBeLessThan(10);
    expect(figures.get("process_resident_memory_bytes")).toBeGreaterThan(0);
    const { metrics } = await readScrapeOf(proxy.figuresPort);
    expect(lintMetrics(metrics, "hangar_proxy_")).toEqual([]);
    socket.terminate();
    await waitFor("its end", async () => {
      const later = await scrape(proxy.figuresPort);
      return later.get("hangar_proxy_upgrades_open") === 0;
    });
  });

  test("tell of a backend that cannot be reached, by kind", async () => {
    await using fixture = await startFixture(TOLD);
    const nobody = await freePort();
    fixture.controller.answer = () => routeTo(nobody);
    await ask(fixture.port, { path: `/${TOKEN}/`, headers: { host: HOST } });
    const figures = await scrape(fixture.proxy.figuresPort);
    expect(Object.fromEntries(figures)).toMatchObject({
      'hangar_proxy_upstream_failures_total{kind="unreachable"}': 1,
      'hangar_proxy_upstream_failures_total{kind="answer-timeout"}': 0,
      'hangar_proxy_requests_total{code="502"}': 1,
    });
  });

  test("are told on a listener of their own, with the proxy's health, and nothing else is", async () => {
    await using fixture = await startFixture(TOLD);
    const port = fixture.proxy.figuresPort ?? 0;
    expect(await ask(port, { path: "/healthz" })).toMatchObject({
      status: 200,
      body: '{"status":"ok"}\n',
    });
    expect((await ask(port, { path: "/" })).status).toBe(404);
    expect((await ask(port, { path: "/metrics", method: "POST" })).status).toBe(405);
    expect(
      (await ask(fixture.port, { path: "/metrics", headers: { host: CLUSTER_HOST } })).status,
    ).toBe(400);
  });

  test("are told nowhere unless somebody wants them", async () => {
    await using fixture = await startFixture();
    expect(fixture.proxy.figuresPort).toBeUndefined();
  });
});

describe("the access log", () => {
  test("has a line for each request, and no secret however it came", async () => {
    await using dir = await tempDir();
    const accessLog = join(dir.path, "access.log");
    const fixture = await startFixture({ accessLog });
    const { port } = fixture;
    const host = { host: HOST };
    await ask(port, { path: `/${TOKEN}/a/b?secret=${TOKEN}`, headers: host });
    await ask(port, { path: "/c", headers: { ...host, authorization: `Bearer ${TOKEN}` } });
    await ask(port, { path: "/d", headers: { ...host, cookie: `hangar=${TOKEN}` } });
    await ask(port, { path: `/e/%68${TOKEN.slice(1)}`, headers: host });
    await ask(port, { path: `/${TOKEN}/f`, headers: { ...host, "x-request-id": TOKEN } });
    await ask(port, { path: `/g`, headers: { host: `${TOKEN}.localhost:9090` } });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${TOKEN}/ws`, { headers: host });
    await once(socket, "open");
    const closed = once(socket, "close");
    socket.close();
    await closed;
    await fixture[Symbol.asyncDispose]();
    const written = await readFile(accessLog, "utf8");
    expect(written).not.toMatch(new RegExp(TOKEN.slice(4), "i"));
    const lines = written
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as AccessLine);
    expect(lines.map(({ path, status, upgraded }) => [path, status, upgraded])).toEqual([
      ["/[secret]/a/b", 200, false],
      ["/c", 200, false],
      ["/d", 200, false],
      ["/e/[secret]", 200, false],
      ["/[secret]/f", 200, false],
      ["/g", 400, false],
      ["/[secret]/ws", 101, true],
    ]);
    expect(lines[0]).toMatchObject({
      client: "127.0.0.1",
      method: "GET",
      host: HOST,
      backend: BACKEND,
    });
    expect(lines[4]?.request_id).toBe("[secret]");
  });

  test("is added to, not begun anew", async () => {
    await using dir = await tempDir();
    const accessLog = join(dir.path, "access.log");
    for (let count = 0; count < 2; count += 1) {
      await using fixture = await startFixture({ accessLog });
      await ask(fixture.port, { path: "/health", headers: { host: HOST } });
    }
    expect((await readFile(accessLog, "utf8")).trimEnd().split("\n")).toHaveLength(2);
  });

  test("shows a request soon, while the proxy runs", async () => {
    await using dir = await tempDir();
    const accessLog = join(dir.path, "access.log");
    await using fixture = await startFixture({ accessLog });
    await ask(fixture.port, { path: "/health", headers: { host: HOST } });
    await waitFor("the line", async () => (await readFile(accessLog, "utf8")) !== "", 3_000);
  });

  test("that fails later is complained of once, and the proxy goes on", async () => {
    const fixture = await startFixture({ accessLog: "/dev/full" });
    const complaints = () => fixture.logLines.filter((line) => line.includes("access log cannot"));
    for (let count = 0; count < 3; count += 1) await ask(fixture.port, { path: "/health" });
    await waitFor("the complaint", () => complaints().length === 1, 3_000);
    expect((await ask(fixture.port, { path: "/health" })).status).toBe(200);
    await fixture[Symbol.asyncDispose]();
    expect(complaints()).toHaveLength(1);
  });

  test("that cannot be written keeps the proxy from starting, and says why", async () => {
    await expect(startFixture({ accessLog: "/nowhere/access.log" })).rejects.toThrow(
      "cannot write the access log /nowhere/access.log",
    );
  });
});
