import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openProcessRuntime } from "../../../../drone/runtime/process/process-runtime.ts";
import type { Location, Runtime } from "../../../../drone/runtime/runtime.ts";
import type { BackendSpec } from "../../../../src/protocol/drone-messages.ts";
import { newBackendId } from "../../../../src/protocol/ids.ts";
import type { LogItem } from "../../../../src/protocol/stream-messages.ts";
import { systemClock } from "../../../../src/shared/clock.ts";
import { recordingLog } from "../../../harness/recording-log.ts";
import { waitFor } from "../../../harness/wait-for.ts";
import { openProcessBench, type ProcessBench } from "../process-bench.ts";
import {
  ask,
  clear,
  EVERYTHING,
  readLogs,
  runOn,
  scriptOn,
  specOn,
  waitForEnd,
} from "../runtime-bench.ts";

let bench: ProcessBench;
let runtime: Runtime;

beforeAll(async () => {
  bench = await openProcessBench();
  runtime = bench.open();
});
afterEach(() => clear(runtime));
afterAll(() => bench[Symbol.asyncDispose]());

const folderOf = ({ backend_id }: BackendSpec) => join(bench.options.stateDir, backend_id);

async function keeperOf(spec: BackendSpec): Promise<number> {
  return Number.parseInt(await readFile(join(folderOf(spec), "keeper"), "utf8"), 10);
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** A process of its own that has started the backend. */
async function startInDrone(
  spec: BackendSpec,
): Promise<{ drone: ChildProcess; location: Location }> {
  const script = fileURLToPath(new URL("drone-stand-in.ts", import.meta.url));
  const args = ["--import", "tsx", script, JSON.stringify(bench.options), JSON.stringify(spec)];
  const drone = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(drone.stdout, "data");
  return { drone, location: JSON.parse(String(line)) };
}

test("an app that prints far more than there is room for keeps to it, and is followed all the while", async () => {
  const maxOutputBytes = 400_000;
  const small = openProcessRuntime(
    { clock: systemClock, log: recordingLog().log },
    { ...bench.options, maxOutputBytes },
  );
  const over = new AbortController();
  const watching = small.watch(() => undefined, over.signal);
  const script = `let n = 0; const timer = setInterval(() => {
    let text = ""; for (let i = 0; i < 200; i += 1) text += (n += 1) + "x".repeat(180) + "\\n";
    process.stdout.write(text);
    if (n === 10_000) clearInterval(timer); }, 20)`;
  const spec = scriptOn(bench, script);
  await small.create(spec);
  await small.start(spec);
  const lines = await small.logs(spec.backend_id, { ...EVERYTHING, follow: true }, over.signal);
  const told: LogItem[] = [];
  let most = 0;
  for await (const items of lines ?? []) {
    told.push(...items);
    most = Math.max(most, await sizeOf(folderOf(spec)));
  }
  over.abort();
  await watching;
  // It prints on between two looks, and while a part is copied away.
  expect(most).toBeLessThan(3 * maxOutputBytes);
  // One that is printed in the very moment of the emptying may be cut.
  const numbers = told.flatMap(({ text }) => /^(\d+)x{180}$/.exec(text)?.[1] ?? []).map(Number);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(numbers.at(-1)).toBe(10_000);
  // The next drone tells the same of it, as far as it is kept.
  const kept = await readLogs(runtime, spec, {});
  expect(kept.length).toBeGreaterThan(500);
  expect(kept.length).toBeLessThan(10_000);
  expect(kept).toEqual(told.slice(-kept.length));
  const sinceMs = (kept.at(Math.floor(kept.length / 2))?.at ?? 0) + 1;
  expect(await readLogs(runtime, spec, { sinceMs })).toEqual(
    kept.filter(({ at }) => (at ?? 0) >= sinceMs),
  );
  expect(await runtime.logTail(spec.backend_id, 2)).toEqual(kept.slice(-2).map(({ text }) => text));
});

async function sizeOf(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

test("a backend outlives its drone's SIGKILL, and the next drone adopts it", async () => {
  const spec = specOn(bench);
  const { drone, location } = await startInDrone(spec);
  drone.kill("SIGKILL");
  await once(drone, "exit");
  await waitFor("an answer", () => ask(location.address, "/"));
  expect(await runtime.inspect(spec.backend_id)).toMatchObject({ state: "running", location });
  await ask(location.address, "/exit/7");
  expect(await waitForEnd(runtime, spec)).toMatchObject({ exitCode: 7 });
});

test("what an app leaves running ends with it", async () => {
  const script = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    console.log(child.pid);
    child.unref();
    setTimeout(() => process.exit(0), 100);`;
  const spec = scriptOn(bench, script);
  await runtime.create(spec);
  await runtime.start(spec);
  await waitForEnd(runtime, spec);
  const [pid] = await runtime.logTail(spec.backend_id, 1);
  expect(Number(pid)).toBeGreaterThan(1);
  await waitFor("the child's end", () => isGone(Number(pid)));
});

test("a backend whose keeper was killed has ended with an unknown code, and its app does not live on", async () => {
  const spec = specOn(bench);
  const { id, location } = await runOn(runtime, spec);
  process.kill(await keeperOf(spec), "SIGKILL");
  expect(await waitForEnd(runtime, spec)).toMatchObject({ exitCode: undefined });
  await waitFor("the app's end", async () => (await ask(location.address, "/")) === undefined);
  expect(await bench.open().inspect(id)).toMatchObject({ state: "ended", exitCode: undefined });
});

test("a process that was given the id of one that has ended is neither taken for it nor killed", async () => {
  const spec = specOn(bench);
  await runOn(runtime, spec);
  const keeper = await keeperOf(spec);
  const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
    detached: true,
  });
  process.kill(-keeper, "SIGKILL");
  await waitFor("the keeper's end", () => isGone(keeper));
  await writeFile(join(folderOf(spec), "keeper"), `${stranger.pid} 8080\n`);
  expect(await runtime.inspect(spec.backend_id)).toMatchObject({ state: "ended" });
  await runtime.kill(spec.backend_id);
  await runtime.remove(spec.backend_id);
  expect(isGone(stranger.pid ?? 0)).toBe(false);
  stranger.kill("SIGKILL");
  await once(stranger, "exit");
});

test("a backend that is started twice at once runs once, where both are told", async () => {
  const script = `console.log("ran at", process.env.PORT); setInterval(() => {}, 1000)`;
  const spec = scriptOn(bench, script);
  await runtime.create(spec);
  const [one, other] = await Promise.all([runtime.start(spec), bench.open().start(spec)]);
  expect(one).toEqual(other);
  const ran = async () =>
    (await runtime.logTail(spec.backend_id, 20)).filter((line) => line.startsWith("ran"));
  await waitFor("its line", async () => (await ran()).length > 0);
  expect(await ran()).toEqual([`ran at ${one.address.port}`]);
});

test("without a command, the main file of the app's package.json runs in the app's folder", async () => {
  const folder = join(bench.options.appsDir, "with-main");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), `{"main":"start.cjs"}`);
  await writeFile(join(folder, "start.cjs"), "console.log(process.cwd(), process.env.HOME)");
  const { command: _, ...spec } = specOn(bench, { image: "with-main" });
  await runtime.create(spec);
  await runtime.start(spec).catch(() => undefined);
  await waitForEnd(runtime, spec);
  expect(await runtime.logTail(spec.backend_id, 1)).toEqual([`${folder} ${folder}`]);
});

test.each(["..", ".", "../apps/app", "/etc", "app/../app", ""])(
  "%j is no name of an app, so the pull fails",
  async (image) => {
    const pull = runtime.pull(specOn(bench, { image }), () => {}, AbortSignal.abort());
    await expect(pull).rejects.toMatchObject({ reason: "pullfailed" });
  },
);

test("an argument with a NUL ends with startfailed, without the argument", async () => {
  const spec = specOn(bench, { command: [bench.node, "-e", "s3cret\0"] });
  await runtime.create(spec);
  const error = await runtime.start(spec).catch((thrown) => thrown);
  expect(error).toMatchObject({ reason: "startfailed" });
  expect(error.message).not.toContain("s3cret");
});

test.each([{ mount: true }, { network: "team" }])(
  "%j cannot be given to a process, and ends with createfailed",
  async (over) => {
    const create = runtime.create(specOn(bench, over));
    await expect(create).rejects.toMatchObject({ reason: "createfailed" });
  },
);

test("backends that run at the same time have ports of their own", async () => {
  const running = await Promise.all(
    Array.from({ length: 4 }, () => runOn(runtime, specOn(bench, { backend_id: newBackendId() }))),
  );
  const ports = new Set(running.map(({ location }) => location.address.port));
  expect(ports.size).toBe(4);
});

test("no file of an instance holds a secret that it was given", async () => {
  const spec = specOn(bench, { static_token: "hst_secret", env: { PASSWORD: "s3cret" } });
  await runOn(runtime, spec);
  const record = await readFile(join(folderOf(spec), "record.json"), "utf8");
  expect(record).toContain(`"fencing_token":7`);
  expect(record).not.toMatch(/hst_secret|s3cret/);
});

test("without its folder of apps the runtime is unwell, and says which", async () => {
  const away = `${bench.options.appsDir}-away`;
  await rename(bench.options.appsDir, away);
  try {
    expect(await runtime.health()).toMatchObject({
      ok: false,
      error: expect.stringContaining(bench.options.appsDir),
    });
  } finally {
    await rename(away, bench.options.appsDir);
  }
});
