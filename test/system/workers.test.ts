import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { freePort } from "../../scripts/free-port.ts";
import { finished, startHangar } from "../cli/run-hangar.ts";
import { waitFor } from "../harness/wait-for.ts";
import { HOST } from "../proxy/harness/proxy-fixture.ts";
import { connectRaw, RawPeer } from "../proxy/harness/raw-peer.ts";
import { BACKEND, NOT_FOUND, TOKEN, TOKEN_ID } from "../proxy/harness/scripted-controller.ts";
import { isAlive, PATIENCE_MS, startWorkerSite, type WorkerSite } from "./worker-site.ts";

const DRAIN_MS = 10_000;

/** Resolves with the status and whether the connection stays. */
function get(port: number, agent: Agent | false, path = "/"): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      agent,
      path: `/${TOKEN}${path}`,
      headers: { host: HOST },
    };
    const asked = request(options, (response) => {
      response.resume().once("error", reject);
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    asked.once("error", reject);
    asked.end();
  });
}

async function openSocket({ port }: WorkerSite): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${TOKEN}/`, { headers: { host: HOST } });
  socket.on("error", () => undefined);
  await once(socket, "open");
  return socket;
}

const openTold = ({ controller }: WorkerSite) =>
  controller.activity.filter(({ backend_id }) => backend_id === BACKEND).at(-1)?.open;

const untilTold = (site: WorkerSite, open: number) =>
  waitFor(`${open} open`, () => openTold(site) === open, PATIENCE_MS);

test("workers are one proxy: one attaches, connections and figures are summed, news reach all", async () => {
  await using site = await startWorkerSite();
  const { controller, port } = site;
  expect(controller.connections).toBe(1);
  expect(await site.workerPids()).toHaveLength(2);
  const sockets = await Promise.all([1, 2, 3, 4].map(() => openSocket(site)));
  await untilTold(site, 4);
  await waitFor("the load", () => controller.loads.at(-1)?.connections === 4);
  const figures = await site.metrics();
  expect(figures.get("hangar_proxy_upgrades_total")).toBe(4);
  expect(figures.get("hangar_proxy_upgrades_open")).toBe(4);
  expect(figures.get("hangar_proxy_backends_active")).toBe(1);
  expect(figures.get("hangar_proxy_connected")).toBe(1);
  expect(figures.get("hangar_proxy_workers")).toBe(2);
  // Each has asked for itself.
  expect(controller.asked).toHaveLength(2);
  controller.answer = () => NOT_FOUND;
  controller.push({ type: "backend-changed", backend_id: BACKEND, status: "terminating" });
  const statuses = async () => await Promise.all([1, 2, 3, 4].map(() => get(port, false)));
  await waitFor("both to know", async () => (await statuses()).every((status) => status !== 200));
  for (const socket of sockets) socket.terminate();
  await untilTold(site, 0);
  expect(controller.connections).toBe(1);
  expect(controller.problems).toEqual([]);
});

test("workers serve before their controller is there, and are ready once it is", async () => {
  await using site = await startWorkerSite([], { withController: false });
  expect(await get(site.port, false)).toBe(503);
  await site.controller.listen();
  const statuses = () => Promise.all([1, 2, 3, 4].map(() => get(site.port, false)));
  await waitFor("both", async () => (await statuses()).every((status) => status === 200));
});

test("what a revoked token has let in is closed in every worker, and lets nobody in to any", async () => {
  await using site = await startWorkerSite();
  const { controller } = site;
  const sockets = await Promise.all([1, 2, 3, 4].map(() => openSocket(site)));
  await untilTold(site, 4);
  const closed = sockets.map(async (socket) => (await once(socket, "close"))[0]);
  controller.answer = () => ({ kind: "refused", code: "forbidden", message: "revoked" });
  const revocation = { backend_id: BACKEND, token_id: TOKEN_ID, generation: 3 };
  controller.push({ type: "tokens-revoked", revocation });
  expect(await Promise.all(closed)).toEqual([1_008, 1_008, 1_008, 1_008]);
  const statuses = await Promise.all([1, 2, 3, 4].map(() => get(site.port, false)));
  expect(statuses).toEqual([403, 403, 403, 403]);
  await untilTold(site, 0);
});

test("limits hold over all workers, and what a killed one had is free again", async () => {
  await using site = await startWorkerSite([
    ...["--max-connections-per-address", "4", "--max-connections", "6"],
  ]);
  const opened: RawPeer[] = [];
  const from = (localAddress: string) =>
    new RawPeer(connect({ host: "127.0.0.1", port: site.port, localAddress }));
  const fill = async (address: string, count: number) => {
    for (let done = 0; done < count; done += 1) opened.push(from(address));
    const isOpen = async () => (await site.metrics()).get("hangar_proxy_connections_open");
    const open = () => opened.filter(({ closed }) => !closed).length;
    await waitFor("all to be in", async () => (await isOpen()) === open());
    await from(address).untilClosed();
  };
  await fill("127.0.0.1", 4);
  await fill("127.0.0.2", 2);
  expect(opened.filter(({ closed }) => closed)).toEqual([]);
  const [pid = 0] = await site.workerPids();
  process.kill(pid, "SIGKILL");
  const lost = () => opened.filter(({ closed }) => closed).length;
  await waitFor("its connections to be gone", () => lost() > 0);
  await waitFor("another", () => site.log.split("worker serves").length === 4, PATIENCE_MS);
  const free = lost();
  await fill("127.0.0.3", free);
  expect(lost()).toBe(free);
  for (const peer of opened) peer.socket.destroy();
});

test("a killed worker takes only its own connections with it, and comes back", async () => {
  await using site = await startWorkerSite();
  const sockets = await Promise.all([1, 2, 3, 4].map(() => openSocket(site)));
  await untilTold(site, 4);
  const total = (await site.metrics()).get("hangar_proxy_upgrades_total");
  const [pid = 0] = await site.workerPids();
  process.kill(pid, "SIGKILL");
  await untilTold(site, 2);
  expect(sockets.filter(({ readyState }) => readyState === WebSocket.OPEN)).toHaveLength(2);
  // Never was the backend told to be idle, although one of those that held it up has died.
  expect(site.controller.activity.every(({ open }) => open > 0)).toBe(true);
  expect(await get(site.port, false)).toBe(200);
  await waitFor("another", async () => site.log.split("worker serves").length === 4, PATIENCE_MS);
  expect((await site.metrics()).get("hangar_proxy_upgrades_total")).toBe(total);
  expect((await site.workerPids()).length).toBe(2);
  expect(site.log).toMatch(/worker died/);
  for (const socket of sockets) socket.terminate();
});

test("a rolling restart fails no request, and its WebSockets get their time and then 1001", {
  timeout: 180_000,
}, async () => {
  await using site = await startWorkerSite();
  const before = await site.workerPids();
  const failures: unknown[] = [];
  const asked = { fresh: 0, kept: 0 };
  let isOver = false;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async (kind: keyof typeof asked, by: Agent | false) => {
    while (!isOver) {
      const status = await get(site.port, by).catch((error: unknown) => error);
      asked[kind] += 1;
      if (status !== 200) failures.push(status);
    }
  };
  const asking = [ask("fresh", false), ask("fresh", false), ask("kept", agent)];
  const sockets = [await openSocket(site), await openSocket(site)];
  const closed = sockets.map(async (socket) => {
    const [code] = await once(socket, "close");
    return { code, atMs: performance.now() };
  });
  const beganMs = performance.now();
  site.primary.kill("SIGUSR2");
  await waitFor("the restart", () => site.log.includes("all workers are new"), 150_000);
  isOver = true;
  await Promise.all(asking);
  agent.destroy();
  const ends = await Promise.all(closed);
  expect(ends.map(({ code }) => code)).toEqual([1_001, 1_001]);
  for (const { atMs } of ends) expect(atMs - beganMs).toBeGreaterThan(DRAIN_MS);
  expect(failures).toEqual([]);
  expect(asked.fresh).toBeGreaterThan(100);
  expect(asked.kept).toBeGreaterThan(100);
  const after = await site.workerPids();
  expect(after).toHaveLength(2);
  expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  expect(site.controller.connections).toBe(1);
  const told = await site.metrics();
  expect(told.get('hangar_proxy_requests_total{code="200"}')).toBeGreaterThanOrEqual(
    asked.fresh + asked.kept,
  );
  const lines = (await readFile(site.accessLog, "utf8")).trimEnd().split("\n");
  expect(lines.filter((line) => typeof JSON.parse(line) !== "object")).toEqual([]);
});

test("told to stop, all leave in order: what is in flight ends, WebSockets with 1001", async () => {
  await using site = await startWorkerSite();
  const socket = await openSocket(site);
  site.backend.onRequest = (_, response) => void setTimeout(() => response.end("late"), 1_000);
  const inFlight = get(site.port, false);
  await untilTold(site, 2);
  const ended = once(site.primary, "exit");
  const closed = once(socket, "close");
  site.primary.kill("SIGTERM");
  expect(await inFlight).toBe(200);
  expect((await closed)[0]).toBe(1_001);
  expect((await ended)[0]).toBe(0);
  expect(openTold(site)).toBe(0);
});

test("when the primary is killed nothing listens any more, and the workers leave by themselves", async () => {
  await using site = await startWorkerSite();
  const socket = await openSocket(site);
  const pids = await site.workerPids();
  const closed = once(socket, "close");
  site.primary.kill("SIGKILL");
  await waitFor("nobody to listen", () =>
    connectRaw(site.port).then(
      () => false,
      () => true,
    ),
  );
  socket.send("still here");
  expect(String((await once(socket, "message"))[0])).toBe("still here");
  expect((await closed)[0]).toBe(1_001);
  const areGone = async () => !(await Promise.all(pids.map(isAlive))).includes(true);
  await waitFor("the workers' end", areGone, PATIENCE_MS);
});

test("workers that cannot start are one clear error", async () => {
  const port = await freePort();
  const other = createServer().listen(port, "127.0.0.1");
  await once(other, "listening");
  const words = ["proxy", "--workers", "3", "--port", String(port), "--log-level", "warn"];
  const { code, stderr } = await finished(
    startHangar(words, { HANGAR_KEY: "hak_test", HANGAR_CONTROLLER: "http://127.0.0.1:1" }),
  );
  other.close();
  expect(code).toBe(1);
  expect(stderr.match(/the port is in use/g)).toHaveLength(1);
  expect(stderr).toContain("choose another port");
});
