import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyComesAndGoes, serviceComes } from "./come-and-go.ts";
import { misuse } from "./misuse.ts";
import { leaksIn, madeSecretsIn, PLANTED } from "./planted.ts";
import { SecretSite } from "./secret-site.ts";
import { askAll, askLists, spawnSecretly } from "./spawn-secretly.ts";

const APP = `
process.on("SIGTERM", () => process.exit(0));
require("node:http").createServer((_, response) => response.end()).listen(process.env.PORT);
`;

let site: SecretSite;
let said: string[];
let commandLines: string[];

beforeAll(async () => {
  site = await SecretSite.start("dr-secrets", async (directory) => {
    const appsDir = join(directory, "apps");
    await mkdir(join(appsDir, "app"), { recursive: true });
    await writeFile(join(appsDir, "app", "index.js"), APP);
    return { name: "process", appsDir };
  });
  const ids = [
    ...(await spawnSecretly(site, "app", [{ image: "there-is-no-such-app" }, { mount: true }])),
    ...(await serviceComes(site, "app")),
  ];
  commandLines = await allCommandLines();
  await misuse(site);
  await keyComesAndGoes(site);
  await askAll(site, ids);
  await askLists(site);
  said = await site.stop();
}, 60_000);
afterAll(() => site[Symbol.asyncDispose]());

/** Of every process of this machine, as `ps` shows them to anybody. */
async function allCommandLines(): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""));
  return await Promise.all(read);
}

const secrets = () => [...Object.values(PLANTED), ...site.given];

test("no secret stands in any answer, event, log line, span, figure or the trail", () => {
  expect(site.said.length).toBeGreaterThan(100);
  expect(secrets().every((secret) => secret.length > 15)).toBe(true);
  expect(leaksIn(said, secrets())).toEqual([]);
  expect(madeSecretsIn(said)).toEqual([]);
});

test("no secret stands in a command line", () => {
  expect(commandLines.some((line) => line.includes("index.js"))).toBe(true);
  expect(leaksIn(commandLines, secrets())).toEqual([]);
});

test("files have only those secrets that are given out again, for their owner alone", async () => {
  const files = { ...(await site.filesIn("controller")), ...(await site.filesIn("drone")) };
  for (const name of Object.keys(files).filter((each) => !each.endsWith(".lock"))) {
    expect((await stat(site.dirOf(name))).mode & 0o077, name).toBe(0);
  }
  const { auth, serviceEnv, servicePassword, ...forgotten } = PLANTED;
  const database = files["controller/hangar.db"] ?? "";
  for (const kept of [auth, serviceEnv, servicePassword]) expect(database).toContain(kept);
  const hashed = site.given.filter((secret) => /^h(ak|ct|ss)_/.test(secret));
  expect(hashed.length).toBeGreaterThan(6);
  const texts = Object.entries(files).filter(([name]) => !name.startsWith("controller/keys/"));
  expect(texts.map(([name]) => name)).toContain("drone/drone.db");
  const unwanted = [...Object.values(forgotten), ...hashed];
  expect(
    leaksIn(
      texts.map(([, text]) => text),
      unwanted,
    ),
  ).toEqual([]);
});
