import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newApiKey } from "../../src/protocol/ids.ts";
import { leaksIn, madeSecretsIn } from "../acceptance/secrets/planted.ts";
import { aController, type TestController } from "../controller/a-controller.ts";
import { type TempDir, tempDir } from "../harness/temp-dir.ts";
import { runInside } from "./run-hangar.ts";

const SECRET = "planted-where-it-may-be";
/** As much as an engine quotes of a text that is no JSON. */
const SHORT = "hunter2x";
const KEY = newApiKey();

let dir: TempDir;
let hangar: TestController;
beforeAll(async () => {
  dir = await tempDir();
  hangar = await aController();
});
afterAll(async () => {
  await hangar[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

/** All that a command prints, with every switch that makes it say more. */
async function said(...args: string[]): Promise<string> {
  const { stdout, stderr } = await runInside(["--debug", ...args]);
  expect(stdout + stderr).not.toBe("");
  return stdout + stderr;
}

async function fileWith(name: string, text: string): Promise<string> {
  const path = join(dir.path, name);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

function expectNoSecret(text: string): void {
  expect(leaksIn([text], [SECRET, KEY])).toEqual([]);
  expect(madeSecretsIn([text])).toEqual([]);
}

test.each([
  ["a key that is not known", ["ls", "--api-key", KEY]],
  ["a key that no header can hold", ["ls", "--api-key", `${KEY}\n${SECRET}`]],
  ["that for the doctor", ["doctor", "--api-key", `${KEY}\n${SECRET}`]],
  ["a wrong one for the doctor", ["doctor", "--json", "--api-key", KEY]],
  ["a URL with a password", ["ls", "--url", `http://ada:${SECRET}@127.0.0.1:1`]],
  ["one that is none", ["ls", "--url", `htp://ada:${SECRET}@127.0.0.1:1`]],
  ["a controller's", ["drone", "--controller", `http://ada:${SECRET}@127.0.0.1:1`]],
  ["a collector's", ["controller", "--otlp-endpoint", `http://${SECRET}@127.0.0.1:1`]],
  ["a database's", ["controller", "--database", `postgre://ada:${SECRET}@127.0.0.1/x`]],
  ["that of one that is away", ["migrate", "--database", `postgres://a:${SECRET}@127.0.0.1:1/x`]],
  ["a variable without a name", ["connect", "--image", "x", "--env", SECRET]],
  ["identity that is no JSON", ["connect", "--image", "x", "--auth", `{"card":"${SECRET}`]],
  ["a wrong option beside it", ["connect", "--env", `A=${SECRET}`, "--port", "x"]],
])("%s is not told back", async (_what, args) => {
  const place = args.includes("--url") ? [] : ["--url", hangar.controller.url];
  const isClient = ["ls", "doctor", "connect"].includes(args[0] ?? "");
  const dataDir = ["drone", "controller"].includes(args[0] ?? "") ? ["--data-dir", dir.path] : [];
  expectNoSecret(await said(...args, ...(isClient ? place : []), ...dataDir));
});

test.each([
  ["a word beside it", `{\n"contexts": {"a": {"url": "http://x", "api_key": ${SHORT}}}}`],
  ["no end", `{"contexts": {"a": {"url": "http://x", "api_key": "${SHORT}`],
  ["a comma too few", `{"contexts": {"a": {"api_key": "${SHORT}" "url": "http://x"}}}`],
  ["a field too many", `{"contexts": {"a": {"url": "http://x", "password": "${SHORT}"}}}`],
  [
    "a password in its URL",
    `{"contexts": {"a": {"url": "http://ada:${SHORT}@x", "api_key": "k"}}}`,
  ],
  ["a variable that is none", `{"connect": {"env": "${SHORT}"}}`],
])("a config file with %s is not told back", async (_what, text) => {
  const config = await fileWith("broken.json", text);
  const told = await said(
    "--config",
    config,
    "connect",
    "--image",
    "x",
    "--url",
    "http://127.0.0.1:1",
  );
  expect(told).toContain("broken.json");
  expect(told).not.toContain(SHORT);
});

test("a line of a config file that is no JSON is named", async () => {
  const config = await fileWith("lines.json", `{\n\n"api_key_of_somebody": ${SHORT}}`);
  expect(await said("--config", config, "ls")).toContain("Unexpected token 'h', in line 3.");
});

test("contexts are told without their keys, whatever is done with them", async () => {
  const config = join(dir.path, "config.json");
  const context = (...args: string[]) => said("--config", config, "context", ...args);
  const { url, keys } = hangar.controller;
  const texts = [
    await context("add", "here", "--url", url, "--api-key", keys.admin, "--use", "--json"),
    await context("add", "there", "--url", url, "--api-key", KEY),
    await context("ls"),
    await context("ls", "--json"),
    await context("show"),
    await context("show", "--json"),
    await said("--config", config, "doctor"),
    await said("--config", config, "drones"),
    await said("--config", config, "keys", "ls", "--json"),
    await said("--config", config, "--context", "there", "ls").catch(String),
    await context("rm", "there"),
  ];
  for (const text of texts) expectNoSecret(text);
  expect(leaksIn(texts, [keys.admin])).toEqual([]);
});
