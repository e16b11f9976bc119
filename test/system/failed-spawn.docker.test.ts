import { afterAll, beforeAll, expect, test } from "vitest";
import { getPage } from "../../scripts/localhost.ts";
import type { Backend } from "../../src/protocol/backend.ts";
import type { SpawnConfig } from "../../src/protocol/spawn-config.ts";
import { waitFor } from "../harness/wait-for.ts";
import { HangarProcesses } from "./hangar-processes.ts";

let hangar: HangarProcesses;
beforeAll(async () => {
  hangar = await HangarProcesses.start();
});
afterAll(() => hangar[Symbol.asyncDispose]());

async function ended(spawn: SpawnConfig): Promise<Backend> {
  const { backend_id, status } = await hangar.client.connect({ spawn, wait: "ready" });
  expect(status).toBe("terminated");
  return await hangar.client.getBackend(backend_id);
}

test("an unknown image ends with pullfailed and Docker's own message", async () => {
  const { termination } = await ended({ image: "localhost:1/no/such-image:1" });
  expect(termination).toMatchObject({ reason: "pullfailed" });
  expect(termination?.message).toMatch(/connection refused|no such|not found/i);
});

test("an image that is absent and must not be pulled ends with pullfailed", async () => {
  const { termination } = await ended({ image: "hangar/absent", pull_policy: "never" });
  expect(termination).toMatchObject({ reason: "pullfailed" });
  expect(termination?.message).toContain("hangar/absent");
});

test("an image that exits at once ends with its exit code and its last log lines", async () => {
  const { termination } = await ended({ image: "hangar/echo", env: { ECHO_MODE: "exit" } });
  expect(termination).toMatchObject({ reason: "exited", exit_code: 3 });
  expect(termination?.log_tail?.length).toBeGreaterThanOrEqual(3);
});

test("a command that is not in the image ends with startfailed or createfailed and says so", async () => {
  const { termination } = await ended({ image: "hangar/echo", command: ["/no/such/program"] });
  expect(["startfailed", "createfailed"]).toContain(termination?.reason);
  expect(termination?.message).toContain("/no/such/program");
});

test("an app that never listens ends with startuptimeout", async () => {
  const { termination } = await ended({
    image: "hangar/echo",
    env: { ECHO_MODE: "silent" },
    ready: { timeout_seconds: 1 },
  });
  expect(termination).toMatchObject({ reason: "startuptimeout", kind: "hard" });
});

test("an app that takes more memory than it may ends with outofmemory", async () => {
  const { backend_id, url } = await hangar.client.connect({
    spawn: { image: "hangar/echo", resources: { memory_bytes: 96 * 1_048_576 } },
    wait: "ready",
  });
  await getPage(`${url}eat?mb=400`).catch(() => undefined);
  await waitFor("the end", async () => {
    return (await hangar.client.status(backend_id)).status === "terminated";
  });
  expect((await hangar.client.getBackend(backend_id)).termination).toMatchObject({
    reason: "outofmemory",
    oom_killed: true,
    exit_code: 137,
  });
});

test("a lifetime ends a backend that is in use", async () => {
  const { backend_id } = await hangar.client.connect({
    spawn: { image: "hangar/echo", lifetime_limit_seconds: 2 },
    wait: "ready",
  });
  const statuses: string[] = [];
  for await (const { status } of hangar.client.statusStream(backend_id)) statuses.push(status);
  expect(statuses).toEqual([
    "scheduled",
    "loading",
    "starting",
    "waiting",
    "ready",
    "terminating",
    "terminated",
  ]);
});

test("a stubborn app is killed after its grace, and the end tells soft and swept or external", async () => {
  const { backend_id } = await hangar.client.connect({
    spawn: { image: "hangar/echo", env: { ECHO_MODE: "stubborn" }, grace_seconds: 1 },
    wait: "ready",
  });
  await hangar.client.terminate(backend_id);
  for await (const { status } of hangar.client.statusStream(backend_id)) {
    if (status === "terminated") break;
  }
  expect((await hangar.client.getBackend(backend_id)).termination).toMatchObject({
    reason: "external",
    kind: "soft",
    exit_code: 137,
  });
});

test("unknown host, no token, wrong token and ended backend have a page each, and JSON for others", async () => {
  const first = await hangar.client.connect({ spawn: { image: "hangar/echo" }, wait: "ready" });
  const second = await hangar.client.connect({ spawn: { image: "hangar/echo" }, wait: "ready" });
  await hangar.client.terminate(second.backend_id, { hard: true });
  for await (const { status } of hangar.client.statusStream(second.backend_id)) {
    if (status === "terminated") break;
  }
  const cases = [
    [404, `http://aaaaaaaaaaaaaa.${hangar.cluster}/`, "not-found"],
    [401, `http://${first.backend_id}.${hangar.cluster}/`, "unauthorized"],
    [403, first.url.replace(String(first.token), String(second.token)), "forbidden"],
    [410, second.url, "backend-ended"],
  ] as const;
  for (const [status, url, code] of cases) {
    const page = await getPage(url, { accept: "text/html" });
    expect(page).toMatchObject({ status });
    expect(page.text).toContain("<!doctype html>");
    const json = await getPage(url, { accept: "application/json" });
    expect(json.status).toBe(status);
    expect(JSON.parse(json.text)).toMatchObject({ error: { code } });
  }
});
