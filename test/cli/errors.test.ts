import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test, vi } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { isSamePlace } from "../../src/cli/settings/key-place.ts";
import { answer, refuse, scriptedApi } from "../client/scripted-api.ts";
import { hangarWords } from "../harness/hangar-command.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { ID } from "./fixtures.ts";
import { runHangar, runInside, startHangar } from "./run-hangar.ts";

const SLOW = { timeout: 30_000 };

test("a controller that is away is exit code 6, and what to do", SLOW, async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  expect(await runHangar(["ls", "--url", url, "--api-key", "k"])).toEqual({
    code: 6,
    stdout: "",
    stderr: `✖ The controller does not answer: cannot reach ${url}: ECONNREFUSED.\n  Start one with \`hangar up\`, or say where it is with --url, HANGAR_URL or --context.\n  \`hangar context show\` tells which one was asked, and why.\n`,
  });
});

test("on a machine where nothing runs, that is the news, not the missing key", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  expect(await runInside(["ls", "--url", url, "--data-dir", "/nowhere"])).toMatchObject({
    code: 6,
  });
});

test("without a key it says where it looked for one: exit code 5", async () => {
  await using api = await scriptedApi({ "GET /health": answer({ status: "ok" }) });
  const { code, stderr } = await runInside(["ls", "--url", api.url, "--data-dir", "/nowhere"]);
  expect(code).toBe(5);
  expect(stderr).toContain("There is no API key: /nowhere/keys/admin.key does not exist.");
});

test("the key is read from the data dir", SLOW, async () => {
  await using dir = await tempDir();
  await using api = await scriptedApi({ "GET /v1/drones": answer({ drones: [] }) });
  await mkdir(join(dir.path, "keys"));
  await writeFile(join(dir.path, "keys/admin.key"), "hak_file\n");
  const env = { HANGAR_URL: api.url, HANGAR_DATA_DIR: dir.path };
  expect(await runHangar(["drones"], env)).toMatchObject({ code: 0 });
  expect(api.asked[0]?.headers.authorization).toBe("Bearer hak_file");
});

test("the key of this machine goes to this machine's controller only", async () => {
  await using dir = await tempDir();
  await using api = await scriptedApi({
    "GET /health": answer({ status: "ok" }),
    "GET /v1/drones": answer({ drones: [] }),
  });
  const own = "http://127.0.0.1:8081";
  await mkdir(join(dir.path, "keys"));
  await writeFile(join(dir.path, "keys/admin.key"), "hak_own\n");
  await writeFile(join(dir.path, "keys/api.urls"), `${own}\n`);
  vi.stubEnv("HANGAR_DATA_DIR", dir.path);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { code, stderr } = await runInside(["drones", "--url", api.url]);
  expect(code).toBe(5);
  expect(stderr).toContain(`is for ${own}, and not sent to ${api.url}.`);
  expect(stderr).toContain("--api-key or HANGAR_API_KEY");
  expect(api.asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([
    ["/health", undefined],
  ]);
  await writeFile(join(dir.path, "keys/api.urls"), `${own}\n${api.url}\n`);
  expect(await runInside(["drones", "--url", api.url])).toMatchObject({ code: 0 });
  expect(api.asked.at(-1)?.headers.authorization).toBe("Bearer hak_own");
});

test.each([
  ["http://127.0.0.1:8080", "http://localhost:8080", true],
  ["http://127.0.0.1:8080", "http://127.0.0.1:8081", false],
  ["http://127.0.0.1:8080", "http://127.0.0.2:8080", false],
  ["http://127.0.0.1:8080", "https://127.0.0.1:8080", false],
  ["http://0.0.0.0:8080", "http://127.0.0.1:8080", true],
  ["http://[::]:8080", "http://localhost:8080", true],
  ["http://0.0.0.0:8080", "http://hangar.example.com:8080", false],
  ["https://hangar.example.com", "https://hangar.example.com:443/", true],
])("who listens at %s is reached by %s: %s", (place, url, isSame) => {
  expect(isSamePlace(place, url)).toBe(isSame);
});

test("a data dir is for a URL that is not said later than it", async () => {
  await using dir = await tempDir();
  await using api = await scriptedApi({ "GET /v1/drones": answer({ drones: [] }) });
  await mkdir(join(dir.path, "keys"));
  await writeFile(join(dir.path, "keys/admin.key"), "hak_both\n");
  const both = ["drones", "--url", api.url, "--data-dir", dir.path];
  expect(await runInside(both)).toMatchObject({ code: 0 });
  expect(api.asked[0]?.headers.authorization).toBe("Bearer hak_both");
});

test("an answer that cannot be written is told, without a stack", SLOW, async () => {
  const full = openSync("/dev/full", "w");
  const words = [...hangarWords(), "--version"];
  const child = spawn(process.execPath, words, { stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  const [stderr, [code]] = await Promise.all([
    text(child.stderr as Readable),
    once(child, "close"),
  ]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "✖ The answer cannot be written to stdout: ENOSPC: no space left on device, write\n",
  });
});

test("a stderr that nobody reads leaves the exit code as it is", SLOW, async () => {
  const child = startHangar(["bogus"], {});
  child.stderr?.destroy();
  const [code] = await once(child, "close");
  expect(code).toBe(2);
});

test.each([
  [401, "unauthorized", "--api-key"],
  [403, "forbidden", "hangar keys create"],
  [403, "forbidden", "docs/troubleshooting.md#forbidden"],
])("a refused key (%i) is exit code 5, and what to do", async (status, code, hint) => {
  await using api = await scriptedApi({ "GET /v1/drones": refuse(status, code, "no.") });
  const result = await runInside(["drones", "--url", api.url, "--api-key", "bad"]);
  expect(result).toMatchObject({ code: 5, stdout: "" });
  expect(result.stderr).toContain(hint);
});

test("an unknown backend is exit code 4, and where to look", async () => {
  await using api = await scriptedApi({
    [`GET /v1/backends/${ID}`]: refuse(404, "not-found", `there is no backend ${ID}`),
  });
  const { code, stderr } = await runInside(["inspect", ID, "--url", api.url, "--api-key", "k"]);
  expect(code).toBe(4);
  expect(stderr).toMatch(/^✖ There is no backend abcdefghij0001\n {2}`hangar ls --all`/);
});

test.each([
  [["keys", "revoke", "k1"], "DELETE /v1/api-keys/k1", "there is no API key k1", "hangar keys ls"],
  [
    ["services", "inspect", "s"],
    "GET /v1/services/s",
    "default has no service s",
    "hangar services ls",
  ],
])("what `hangar %j` does not find is looked for with its own list", async (...row) => {
  const [args, route, message, hint] = row;
  await using api = await scriptedApi({ [route]: refuse(404, "not-found", message) });
  const { code, stderr } = await runInside([...args, "--url", api.url, "--api-key", "k"]);
  expect(code).toBe(4);
  expect(stderr).toContain(hint);
  expect(stderr).not.toContain("hangar drones");
});

test("a key that cannot be sent is a wrong command line, and is not shown", async () => {
  const url = "http://127.0.0.1:1";
  const { code, stderr } = await runInside(["ls", "--url", url, "--api-key", "hak_secret\nfoo"]);
  expect(code).toBe(2);
  expect(stderr).toContain("The API key holds a character that no key has");
  expect(stderr).not.toContain("hak_secret");
});

test("something else than a controller is told as such", async () => {
  await using api = await scriptedApi({
    "GET /v1/drones": (response) => void response.writeHead(200).end("<html>"),
  });
  const { code, stderr } = await runInside(["drones", "--url", api.url, "--api-key", "k"]);
  expect(code).toBe(1);
  expect(stderr).toContain("Is --url (or HANGAR_URL) the address of a Hangar controller?");
});

test("a controller without its database is told of at once, and what to do", async () => {
  const away = answer(
    { error: { id: "err1", code: "unavailable", message: "the database does not answer" } },
    503,
  );
  await using api = await scriptedApi({
    "GET /v1/drones": (response, request) => {
      response.setHeader("retry-after", "5");
      return away(response, request);
    },
  });
  const result = await runInside(["drones", "--url", api.url, "--api-key", "k"]);
  expect(result).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "✖ The controller answers, but cannot serve this now: the database does not answer.\n  `hangar doctor` looks for what is wrong.\n  Try again in 5 s.\n  More: docs/troubleshooting.md#unavailable\n",
  });
  expect(api.asked).toHaveLength(1);
});

test("where an error comes from is shown with --debug only", async () => {
  await using api = await scriptedApi({
    "GET /v1/drones": refuse(500, "internal-error", "something broke"),
  });
  const args = ["drones", "--url", api.url, "--api-key", "k"];
  const { code, stderr } = await runInside(args);
  expect(code).toBe(1);
  expect(stderr).toContain("The controller's log has more under the id err1.");
  expect(stderr).not.toContain("    at ");
  expect((await runInside([...args, "--debug"])).stderr).toContain("    at ");
});

test.each([
  [["lss"], "Did you mean ls?"],
  [["ls", "--bogus"], "unknown option '--bogus'"],
  [["inspect"], "missing required argument 'id'"],
  [["inspect", "UPPER"], "14 lower-case letters and digits"],
  [["ls", "--status", "sleeping"], "Allowed choices are scheduled"],
  [["ls", "--url", "localhost:8080"], "Expected a URL"],
  [["up", "--port", "70000"], "Expected a whole number from 0 to 65535"],
  [["up", "--runtime", "process"], "HANGAR_APPS_DIR"],
  [["up", "--proxy-port", "0"], "HANGAR_CLUSTER"],
])("hangar %j is a wrong command line: exit code 2", async (args, text) => {
  const { code, stdout, stderr } = await runInside(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(text);
});

test("a wrong variable is named; an empty one is as good as none", SLOW, async () => {
  const { code, stderr } = await runHangar(["up"], { HANGAR_PORT: "http" });
  expect(code).toBe(2);
  expect(stderr).toContain("value 'http' from env 'HANGAR_PORT' is invalid");
  const url = `http://127.0.0.1:${await freePort()}`;
  const env = { HANGAR_URL: url, HANGAR_API_KEY: "k", HANGAR_DATA_DIR: "" };
  expect(await runHangar(["ls"], env)).toMatchObject({ code: 6 });
});

test("hangar alone shows the overview, each command its own help, --version the version", async () => {
  const overview = await runInside([]);
  expect(overview).toMatchObject({ code: 0, stderr: "" });
  for (const group of ["Run Hangar:", "Use it:", "Exit codes:"]) {
    expect(overview.stdout).toContain(group);
  }
  const help = await runInside(["drone", "--help"]);
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toMatch(/\(default:\s+http:\/\/127\.0\.0\.1:8080;\s+HANGAR_CONTROLLER\)/);
  expect((await runInside(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  ["NO_COLOR wins over FORCE_COLOR", { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ["FORCE_COLOR colours a pipe", { FORCE_COLOR: "1" }, true],
  ["CI alone colours nothing", { CI: "true" }, false],
])("%s", async (_, env, isColored) => {
  const { stderr } = await runInside(["terminate"], env);
  expect(stderr.includes("\u001b[")).toBe(isColored);
});

test.each(["up", "proxy"])("hangar %s knows its engines", async (command) => {
  const { code, stderr } = await runInside([command, "--engine", "steam"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--engine[\s\S]*Allowed choices are direct, http-proxy/);
});

test("a drone or proxy without its key says where it looked", async () => {
  const { code, stderr } = await runInside(["drone", "--data-dir", "/nowhere"]);
  expect(code).toBe(5);
  expect(stderr).toContain("/nowhere/keys/drone.key does not exist");
});

test("a key that cannot be read names its file", async () => {
  await using dir = await tempDir();
  await mkdir(join(dir.path, "keys/admin.key"), { recursive: true });
  const { code, stderr } = await runInside(["ls", "--data-dir", dir.path]);
  expect(code).toBe(5);
  expect(stderr).toContain("keys/admin.key");
});
