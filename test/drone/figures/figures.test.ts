import { expect, test } from "vitest";
import type { DroneConfig } from "../../../drone/config.ts";
import { Figures } from "../../../drone/figures/figures.ts";
import { openSight } from "../../../drone/figures/open-sight.ts";
import { type FigureSources, tellDrone } from "../../../drone/figures/prometheus.ts";
import { keepGuard } from "../../../drone/guard/keep-guard.ts";
import { RuntimeError, RuntimeUnavailable } from "../../../drone/runtime/runtime.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { FigureBook } from "../../../src/shared/figures/figure-book.ts";
import { ServiceStack } from "../../../src/shared/service-stack.ts";
import { lintMetrics } from "../../harness/lint-metrics.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { readScrape, type Scrape, scrape } from "../../harness/scrape.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { type DroneStage, droneStage } from "../drone-stage.ts";

async function tell(sources: FigureSources): Promise<Scrape> {
  const book = new FigureBook();
  book.add((makers) => tellDrone(makers, sources, { name: "dr-one" }));
  return readScrape(await book.metrics());
}

/** A drone that has brought one backend up and cannot pull another. */
async function busy(stage: DroneStage): Promise<FigureSources> {
  const { sources } = await stage.join();
  stage.spawn();
  await stage.advanceUntil("ready", () => sources.backends.counts().ready === 1, 10);
  stage.runtime.failOnce("pull", new RuntimeError("pullfailed", "there is no such image"));
  stage.spawn();
  await stage.advanceUntil("failed", () => sources.figures.runtimeErrors.has("pull"), 10);
  await stage.advanceUntil("reports told", () => sources.journal.pendingReports() === 0, 10);
  return sources;
}

test("the figures tell what the drone did and does", async () => {
  await using stage = await droneStage();
  const told = await tell(await busy(stage));
  const of = (name: string, labels?: Record<string, string>) =>
    told.value(`hangar_drone_${name}`, labels);
  expect(of("info", { name: "dr-one" })).toBe(1);
  expect(of("connected")).toBe(1);
  expect(of("connections_total")).toBe(1);
  expect(of("backends", { status: "ready" })).toBe(1);
  expect(of("backends", { status: "loading" })).toBe(0);
  expect(of("runtime_up")).toBe(1);
  expect(of("runtime_seconds_count", { call: "pull" })).toBe(2);
  expect(of("runtime_seconds_count", { call: "start" })).toBe(1);
  expect(of("runtime_errors_total", { call: "pull", kind: "refused" })).toBe(1);
  expect(of("runtime_seconds_count", { call: "watch" })).toBeUndefined();
  expect(of("step_seconds_count", { step: "pull" })).toBe(2);
  expect(of("step_seconds_count", { step: "create" })).toBe(1);
  expect(of("step_seconds_count", { step: "probe" })).toBe(1);
  expect(of("step_seconds_count", { step: "watch" })).toBeUndefined();
  expect(of("probes_total")).toBeGreaterThan(0);
  expect(of("journal_write_seconds_count")).toBeGreaterThan(5);
  expect(of("journal_errors_total")).toBe(0);
  expect(of("reports_pending")).toBe(0);
  const soft = of("lease_remaining_seconds", { deadline: "soft" }) ?? 0;
  expect(soft).toBeGreaterThan(0);
  expect(of("lease_remaining_seconds", { deadline: "hard" })).toBeGreaterThan(soft);
  expect(lintMetrics(told.metrics, "hangar_drone_")).toEqual([]);
});

test("what no controller has acknowledged is counted, and so is each new connection", async () => {
  await using stage = await droneStage();
  const { sources } = await stage.join();
  stage.controller.acknowledgesReports = false;
  stage.spawn();
  await stage.advanceUntil("ready", () => sources.backends.counts().ready === 1, 10);
  const pending = (await tell(sources)).value("hangar_drone_reports_pending");
  expect(pending).toBeGreaterThan(2);
  stage.controller.hangUp();
  await waitFor("the loss", () => !sources.link.connected);
  expect((await tell(sources)).value("hangar_drone_connected")).toBe(0);
  await stage.advanceUntil("another connection", () => sources.link.connected, 100);
  expect((await tell(sources)).value("hangar_drone_connections_total")).toBe(2);
});

test("a drone without a lease, or with one of before its machine's start, has no time left", async () => {
  await using stage = await droneStage();
  const { sources } = await stage.join();
  const left = async (held: FigureSources["held"]) =>
    (await tell({ ...sources, held })).value("hangar_drone_lease_remaining_seconds", {
      deadline: "hard",
    });
  const now = { clock: "boot-2", ms: 1_000 };
  const lease = { clock: "boot-2", askedAt: 0, renewAt: 500, softAt: 2_000, hardAt: 3_500 };
  expect(await left({ current: lease, now })).toBe(2.5);
  expect(await left({ current: { ...lease, clock: "boot-1" }, now })).toBe(0);
  expect(await left({ current: undefined, now })).toBe(0);
  expect(await left({ current: { ...lease, hardAt: 900 }, now })).toBe(0);
});

test("errors of the runtime are told apart", () => {
  const figures = new Figures();
  const failed = (error: unknown) => figures.runtimeCall({ name: "stop", tookMs: 1, error });
  failed(undefined);
  failed(new RuntimeUnavailable("docker is away"));
  failed(new RuntimeUnavailable("docker is away"));
  failed(new Error("bug"));
  expect(figures.runtimeMs.get("stop")?.total).toBe(4);
  expect([...(figures.runtimeErrors.get("stop") ?? [])]).toEqual([
    ["away", 2],
    ["other", 1],
  ]);
});

test("a guard that runs is told of, and each start of one", async () => {
  await using dir = await tempDir();
  const figures = new Figures();
  const runtime: DroneConfig["runtime"] = { name: "process", appsDir: dir.path };
  const deps = { clock: systemClock, log: recordingLog().log, figures };
  await using _guard = keepGuard(deps, { dataDir: dir.path, runtime });
  await waitFor("the guard", () => figures.isGuardUp);
  expect(figures.guardStarts).toBe(1);
});

test("a drone listens only if its figures are wanted", async () => {
  await using stage = await droneStage();
  await using stack = new ServiceStack();
  const { sources } = await stage.join();
  const { log } = recordingLog();
  const open = (figures?: { host: string; port: number }) =>
    openSight(stack, { ...stage.config, ...(figures && { figures }) }, { ...sources, log });
  expect(await open()).toBeUndefined();
  const port = await open({ host: "127.0.0.1", port: 0 });
  const told = await scrape(`http://127.0.0.1:${port}/metrics`);
  const about = { name: "dr-one", cluster: "localhost:9090", pool: "default" };
  expect(told.value("hangar_drone_info", { ...about, runtime: "process", version: "0.1.0" })).toBe(
    1,
  );
});
