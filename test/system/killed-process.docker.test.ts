import { expect, test } from "vitest";
import { echoed, getPage, openWebSocket } from "../../scripts/localhost.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { waitFor } from "../harness/wait-for.ts";
import { HangarProcesses } from "./hangar-processes.ts";

async function openSession(hangar: HangarProcesses): Promise<ConnectResponse> {
  return await hangar.client.connect({
    key: { name: "doc" },
    spawn: { image: "hangar/echo", max_idle_seconds: 5 },
    wait: "ready",
  });
}

/** The same backend, still serving and still the key's. */
async function expectAlive(hangar: HangarProcesses, session: ConnectResponse): Promise<void> {
  const page = await getPage(session.url);
  expect(page.status).toBe(200);
  expect(page.text).toContain(session.backend_id);
  const again = await hangar.client.connect({ key: { name: "doc" } });
  expect(again).toMatchObject({ spawned: false, backend_id: session.backend_id, status: "ready" });
}

async function startedAt(hangar: HangarProcesses): Promise<string> {
  const [container] = await hangar.containers();
  if (container === undefined) throw new Error("no container");
  const { State } = await hangar.docker.getContainer(container.Id).inspect();
  return State.StartedAt;
}

test("a controller killed under a live WebSocket loses neither the socket nor the backend", async () => {
  await using hangar = await HangarProcesses.start();
  const session = await openSession(hangar);
  const socket = await openWebSocket(session.url);
  const began = await startedAt(hangar);
  await hangar.kill("controller");
  expect(await echoed(socket, "while the controller is away")).toBe(true);
  expect((await getPage(session.url)).status).toBe(200);
  await hangar.start("controller");
  await hangar.untilDrone(true);
  await expectAlive(hangar, session);
  expect(await echoed(socket, "and after it is back")).toBe(true);
  expect(await startedAt(hangar)).toBe(began);
  socket.close();
});

test("a drone killed under a live WebSocket adopts its backend again, and the socket lives on", async () => {
  await using hangar = await HangarProcesses.start();
  const session = await openSession(hangar);
  const socket = await openWebSocket(session.url);
  const began = await startedAt(hangar);
  await hangar.kill("drone");
  expect(await echoed(socket, "while the drone is away")).toBe(true);
  await hangar.start("drone");
  await hangar.untilDrone(true);
  await waitFor("the drone to be attached", async () => {
    return (await hangar.client.listDrones()).some(({ connected }) => connected);
  });
  await expectAlive(hangar, session);
  expect(await echoed(socket, "and after it is back")).toBe(true);
  expect(await startedAt(hangar)).toBe(began);
  socket.close();
  await waitFor(
    "the adopted backend to be swept once nobody is there",
    async () => (await hangar.client.status(session.backend_id)).termination_reason === "swept",
    20_000,
  );
});

test("a backend that ends while its drone is dead is reported with its exit code on return", async () => {
  await using hangar = await HangarProcesses.start();
  const session = await openSession(hangar);
  await hangar.kill("drone");
  await getPage(`${session.url}exit?code=7`);
  await hangar.start("drone");
  await waitFor("the end", async () => {
    return (await hangar.client.status(session.backend_id)).status === "terminated";
  });
  expect((await hangar.client.getBackend(session.backend_id)).termination).toMatchObject({
    reason: "exited",
    exit_code: 7,
  });
});

test("a proxy killed under a live WebSocket takes that socket along, and nothing else", async () => {
  await using hangar = await HangarProcesses.start();
  const session = await openSession(hangar);
  const socket = await openWebSocket(session.url);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await hangar.kill("proxy");
  expect(await closed).toBe(1006);
  await hangar.start("proxy");
  await expectAlive(hangar, session);
  const again = await openWebSocket(session.url);
  expect(await echoed(again, "reconnected")).toBe(true);
  again.close();
});

test("all three killed at once come back to the same session", async () => {
  await using hangar = await HangarProcesses.start();
  const session = await openSession(hangar);
  const began = await startedAt(hangar);
  for (const part of ["controller", "drone", "proxy"] as const) await hangar.kill(part);
  await hangar.start("controller");
  await Promise.all([hangar.start("drone"), hangar.start("proxy")]);
  await hangar.untilDrone(true);
  await expectAlive(hangar, session);
  expect(await startedAt(hangar)).toBe(began);
});
