import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureCommand } from "../../scripts/debian.ts";
import { listCommands, nameOf } from "../../src/cli/config/told-options.ts";
import { createProgram } from "../../src/cli/program.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { ServiceStack } from "../../src/shared/service-stack.ts";
import { examplesOf } from "../cli/example-lines.ts";
import { docBlocks } from "../harness/doc-blocks.ts";
import { waitFor } from "../harness/wait-for.ts";
import { startBalancer, takeKeys } from "./machines/balancer.ts";
import { startDatabase, writePasswordFile } from "./machines/database.ts";
import { startEngine } from "./machines/engine.ts";
import type { Service, ShellOptions } from "./machines/machine.ts";
import { writeProjects } from "./machines/projects.ts";
import { endInOrder, saidOnceServing, startServing } from "./machines/serving.ts";
import { type MachineName, startWorld, type World } from "./machines/world.ts";

const SLOW = { timeout: 120_000 };
const PRODUCTION = docBlocks("docs/production.md");

const terminal = openTerminal(process.stdout, process.stderr, {});
const program = createProgram({ terminal, stop: new AbortController().signal });
const commands = listCommands(program).filter((command) => command !== program);
const examples = (await Promise.all(commands.map((command) => examplesOf(nameOf(command))))).flat();
const ended = examples.filter((line) => saidOnceServing(line) === undefined);
const serving = examples.filter((line) => saidOnceServing(line) !== undefined);

/** Where a command is typed that is not for the shell of one box. */
const ELSEWHERE: Readonly<Record<string, MachineName>> = {
  "hangar context add prod --url https://hangar.example.com --api-key-file ~/prod.key --use":
    "second",
  "hangar ls --context prod": "second",
  "HANGAR_DATABASE=postgres://hangar@db/hangar hangar migrate": "db",
};

const NOTHING_LIVES = "hangar terminate --all --hard --wait";
/** What has to be so for an example to end soon. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  "hangar drain dr-box --terminate-after 5m --wait": [NOTHING_LIVES],
  "hangar doctor --url https://hangar.example.com --data-dir /var/lib/hangar": [
    "cp --recursive ~/drone-keys /var/lib/hangar/keys",
  ],
};

let world: World;
const stack = new ServiceStack();
const started = new Set<string>();
/** What serves on while the rest is typed. */
const staying: Service[] = [];

beforeAll(async () => {
  await ensureCommand("jq", "jq");
  const t0 = performance.now();
  world = stack.use(await startWorld());
  console.log("world", performance.now() - t0);
  stack.use(await startEngine(world.at("box")));
  await writeProjects(world.at("box"), "README.md", "docs/quick-start.md");
  console.log("engine", performance.now() - t0);
}, SLOW.timeout);
afterAll(() => stack[Symbol.asyncDispose](), SLOW.timeout);

/** Starts the one example that looks so. */
async function start(look: RegExp, on: MachineName, options?: ShellOptions): Promise<Service> {
  const found = serving.filter((line) => look.test(line));
  expect(found, `${look}`).toHaveLength(1);
  const [line = ""] = found;
  started.add(line);
  const t0 = performance.now();
  const r = await startServing(world.at(on), line, options);
  console.log(performance.now() - t0, line);
  return r;
}

test("what one box serves, it serves until it is stopped", SLOW, async () => {
  const app = { cwd: `${world.at("box").home}/app` };
  await endInOrder(await start(/^hangar up$/, "box"));
  await endInOrder(await start(/^hangar up --runtime/, "box"));
  await endInOrder(await start(/^hangar dev \.\/app$/, "box"));
  await endInOrder(await start(/^hangar dev .*--sync/, "box"));
  await endInOrder(await start(/^hangar dev .*--json/, "box", app));
  // Where a drone is installed, its data dir is there.
  await world.at("box").ask("mkdir --parents /var/lib/hangar");
  await endInOrder(await start(/^hangar guard/, "box"));
});

test("what several machines serve leads a browser to a backend", SLOW, async () => {
  const { folder } = world;
  staying.push(await start(/^hangar controller/, "controller"));
  await takeKeys(world.at("controller"), folder);
  const [api] = PRODUCTION.filter(({ kind, name }) => kind === "haproxy" && name === "balancer");
  if (api === undefined) throw new Error("docs/production.md has no balancer");
  const balancer = await startBalancer(world.at("balancer"), api);
  stack.defer(async () => void (await balancer.stop()));

  const drone = await start(/^hangar drone --controller/, "box", { cwd: folder });
  const proxy = await start(/^hangar proxy .*--tls-cert/, "proxy", { cwd: folder });
  const controller = world.at("controller");
  const url = await controller.ask("hangar connect --image hangar/echo --wait --quiet");
  expect(await world.at("second").ask(`curl --fail --silent ${url}`)).toContain("x-verified-path");
  await controller.ask("hangar terminate --all --hard --wait");
  await endInOrder(proxy, drone);
  const home = { cwd: world.at("box").home };
  await endInOrder(await start(/^hangar drone --runtime/, "controller", home));

  const zone = PRODUCTION.find(({ kind }) => kind === "zone")?.text ?? "";
  await world.setZone("10.0.0.2", zone);
  const dns = await start(/^hangar dns/, "ns", { cwd: folder });
  const acme = await start(/^hangar proxy .*--acme-directory/, "controller");
  await acme.until(/certificate is served/);
  await endInOrder(dns, acme);
});

describe("on a box that runs Hangar", () => {
  beforeAll(async () => {
    const box = world.at("box");
    await box.ask("docker build --tag room apps/room && mkdir -p ~/.config/fish/completions");
    staying.push(await startServing(box, "hangar up"));
    await writeFile(join(box.home, "browser"), '#!/bin/sh\necho "$1" > ~/opened\n', {
      mode: 0o755,
    });
    await cp(join(world.folder, "admin.key"), join(world.at("second").home, "prod.key"));
    await mkdir(join(box.home, "drone-keys"));
    await cp(join(world.folder, "drone.key"), join(box.home, "drone-keys/drone.key"));
    stack.use(await openDatabase());
  }, SLOW.timeout);

  test.each(ended)("%s", SLOW, async (line) => {
    const machine = world.at(ELSEWHERE[line] ?? "box");
    for (const command of BEFORE[line] ?? []) await machine.ask(command);
    await machine.ask(await withId(line), { env: { BROWSER: join(machine.home, "browser") } });
  });

  test.each(serving.filter((line) => / -f /.test(`${line} `)))("%s", SLOW, async (line) => {
    started.add(line);
    await endInOrder(await startServing(world.at("box"), await withId(line)));
  });

  test("the browser that was asked for was opened", async () => {
    const opened = join(world.at("box").home, "opened");
    const url = await waitFor("it", () => readFile(opened, "utf8").catch(() => ""));
    expect(url).toMatch(/^http:\/\/\w+\.localhost:9090\/hct_/);
  });
});

test("no example was left out, and all that serves ends in order", SLOW, async () => {
  expect([...started].toSorted()).toEqual(serving.toSorted());
  expect(Object.keys(ELSEWHERE).filter((line) => !ended.includes(line))).toEqual([]);
  expect(Object.keys(BEFORE).filter((line) => !ended.includes(line))).toEqual([]);
  await world.at("box").ask(NOTHING_LIVES);
  await endInOrder(...staying);
});

/** An example with the id of a backend that somebody has used. */
async function withId(line: string): Promise<string> {
  if (!/\bID\b/.test(line)) return line;
  const box = world.at("box");
  const words =
    "--key doc-42 --image room --user ada --label team=blue --max-idle 10m --wait --json";
  const said = await box.ask(`hangar connect ${words} | tee connected.json`);
  await box.ask("curl --fail --silent $(jq -r .url connected.json)");
  return line.replace(/\bID\b/, JSON.parse(said).backend_id);
}

/** As an operator has made it. */
async function openDatabase(): Promise<AsyncDisposable> {
  const db = world.at("db");
  const database = await startDatabase(db);
  const role = `psql --command "create role hangar login password 'secret'"`;
  await db.ask(`${role} && createdb --owner hangar hangar`, { env: database.superuser });
  await writePasswordFile(db, "secret");
  return database;
}
