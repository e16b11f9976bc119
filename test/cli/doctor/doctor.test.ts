import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freePort } from "../../../scripts/free-port.ts";
import { ask } from "../../../src/cli/doctor/ask.ts";
import type { Finding } from "../../../src/cli/doctor/finding.ts";
import { VERSION } from "../../../src/protocol/version.ts";
import { answer, refuse, scriptedApi } from "../../client/scripted-api.ts";
import { aController } from "../../controller/a-controller.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { aBackend, aDrone, aSummary, ID, OTHER_ID } from "../fixtures.ts";
import { runInside } from "../run-hangar.ts";

/** Docker is not asked for: these tests need none. */
const NO_DOCKER = ["--docker-socket", "/nonexistent/docker.sock"];

async function doctor(...args: string[]) {
  const proxyPort = await freePort();
  const port = args.includes("--proxy-url") ? [] : ["--proxy-url", `http://127.0.0.1:${proxyPort}`];
  const { code, stdout } = await runInside(["doctor", "--json", ...NO_DOCKER, ...port, ...args]);
  const findings: Finding[] = JSON.parse(stdout);
  const found = (name: string) => findings.find((each) => each.name === name);
  return { code, findings, found };
}

test("beside a running controller, its database, its keys and its sockets are well", async () => {
  await using hangar = await aController();
  const { found } = await doctor("--url", hangar.controller.url, "--data-dir", hangar.dataDir);
  for (const name of ["database", "controller", "readiness", "version", "WebSocket"]) {
    expect(found(name)).toMatchObject({ verdict: "ok" });
  }
  for (const scope of ["admin", "drone", "proxy"]) {
    expect(found(`${scope} key`)).toMatchObject({ verdict: "ok" });
  }
  expect(found("drones")).toMatchObject({ verdict: "warn", found: "none has joined" });
  expect(found("clock")).toMatchObject({ verdict: "ok" });
});

test("a doctor's visit leaves the drone's name free, and the controller calm", async () => {
  await using hangar = await aController();
  await doctor("--url", hangar.controller.url, "--data-dir", hangar.dataDir);
  await using _drone = await hangar.drone();
  expect(hangar.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
});

test("keys of the wrong scope, or that others may read, are failures", async () => {
  await using hangar = await aController();
  await using dir = await tempDir();
  const { keys } = hangar.controller;
  await mkdir(join(dir.path, "keys"));
  await writeFile(join(dir.path, "keys/drone.key"), `${keys.proxy}\n`, { mode: 0o600 });
  await writeFile(join(dir.path, "keys/proxy.key"), `${keys.proxy}\n`);
  await chmod(join(dir.path, "keys/proxy.key"), 0o644);
  const { code, found } = await doctor("--url", hangar.controller.url, "--data-dir", dir.path);
  expect(code).toBe(1);
  expect(found("drone key")?.found).toContain("this needs a key of scope drone, not proxy");
  expect(found("proxy key")).toMatchObject({ verdict: "fail" });
  expect(found("proxy key")?.todo).toContain("chmod 600");
  expect(found("WebSocket")).toMatchObject({ verdict: "ok" });
});

test("where nothing runs, only what was asked for fails", async () => {
  await using dir = await tempDir();
  const url = `http://127.0.0.1:${await freePort()}`;
  const { code, findings } = await doctor("--url", url, "--data-dir", join(dir.path, "not-yet"));
  expect(code).toBe(1);
  const failed = findings.filter(({ verdict }) => verdict === "fail").map(({ name }) => name);
  expect(failed).toEqual(["proxy port", "Docker", "controller"]);
});

test("what lets no WebSocket through is named, and what to change", async () => {
  await using dir = await tempDir();
  await mkdir(join(dir.path, "keys"));
  await writeFile(join(dir.path, "keys/drone.key"), "hak_1\n", { mode: 0o600 });
  await using api = await scriptedApi({
    "GET /health": answer({ status: "ok", version: VERSION }),
    "GET /ready": refuse(503, "unavailable", "the database does not answer"),
  });
  const { found } = await doctor("--url", api.url, "--data-dir", dir.path);
  expect(found("readiness")).toMatchObject({ verdict: "fail" });
  expect(found("WebSocket")).toMatchObject({ verdict: "fail" });
  expect(found("WebSocket")?.todo).toContain("Upgrade");
});

test("live backends are dialled at the addresses that proxies are given", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const closed = await freePort();
  const address = (port: number) => ({ host: "127.0.0.1", port });
  await using api = await scriptedApi({
    "GET /health": answer({ status: "ok", version: VERSION }),
    "GET /ready": answer({ status: "ready" }),
    "GET /v1/drones": answer({ drones: [aDrone({ cluster: "sessions.invalid" })] }),
    "GET /v1/backends": answer({
      backends: [aSummary(), aSummary({ id: OTHER_ID, drone: "dr-far" })],
      next_cursor: null,
    }),
    [`GET /v1/backends/${ID}`]: answer(aBackend({ address: address(port) })),
    [`GET /v1/backends/${OTHER_ID}`]: answer(
      aBackend({ id: OTHER_ID, drone: "dr-far", address: address(closed) }),
    ),
  });
  const url = ["--url", api.url, "--api-key", "hak_1", "--data-dir", "/nowhere"];
  const { found } = await doctor(...url, "--proxy-url", api.url);
  server.close();
  expect(found("backends of dr-box")).toMatchObject({ verdict: "ok" });
  expect(found("backends of dr-far")).toMatchObject({
    verdict: "fail",
    found: `127.0.0.1:${closed} is not reached from here: ECONNREFUSED`,
  });
  expect(found("*.sessions.invalid")).toMatchObject({ verdict: "fail" });
  expect(found("proxy port")).toMatchObject({ verdict: "ok" });
});

test("the proxy is looked for where the controller's proxies of this machine are", async () => {
  await using proxy = await scriptedApi({ "GET /ready": answer({ status: "ready" }) });
  const { host, port } = new URL(proxy.url);
  const joined = { name: "px-box", cluster: `localhost:${port}` };
  await using api = await scriptedApi({
    "GET /health": answer({ status: "ok", version: VERSION }),
    "GET /ready": answer({ status: "ready" }),
    "GET /v1/drones": answer({ drones: [] }),
    "GET /v1/proxies": answer({ proxies: [joined] }),
    "GET /v1/backends": answer({ backends: [], next_cursor: null }),
  });
  const args = ["--url", api.url, "--api-key", "hak_1", "--data-dir", "/nowhere", ...NO_DOCKER];
  const { stdout } = await runInside(["doctor", "--json", ...args]);
  const findings: Finding[] = JSON.parse(stdout);
  expect(findings.find(({ name }) => name === "proxy port")).toEqual({
    name: "proxy port",
    verdict: "ok",
    found: `${host} is held by a proxy, which is ready`,
  });
});

test("a person is shown the findings, and the exit code says whether one failed", async () => {
  await using dir = await tempDir();
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = ["doctor", "--url", url, "--data-dir", dir.path, ...NO_DOCKER];
  const { code, stdout, stderr } = await runInside(args);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^This machine\n {2}✔ Node/);
  expect(stdout).toContain("→ Start one with `hangar up`");
  expect(stderr).toContain("2 things have failed.");
});

test("an address that takes a connection and says nothing is given up", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const reply = await ask(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(50) });
  server.close();
  expect(reply).toEqual({ kind: "silent", why: "no answer within 5 s" });
});
