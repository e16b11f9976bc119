import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DroneConfig, RuntimeConfig } from "../../drone/config.ts";
import { processStateDir } from "../../drone/runtime/process/instance-folder.ts";
import { openProcessRuntime } from "../../drone/runtime/process/process-runtime.ts";
import type { Runtime } from "../../drone/runtime/runtime.ts";
import { type BackendId, newNodeName } from "../../src/protocol/ids.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { ServiceStack } from "../../src/shared/service-stack.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";
import { openDockerBench } from "./runtime/docker-bench.ts";
import { clear } from "./runtime/runtime-bench.ts";
import { ScriptedController } from "./scripted-controller.ts";
import { specOf } from "./spec-of.ts";

/** Answers HTTP, and echoes whatever else it is sent. */
const APP = `
require("node:net").createServer((socket) => {
  socket.on("error", () => {});
  socket.on("data", (data) => {
    if (!String(data).startsWith("HEAD ")) return socket.write(data);
    socket.end("HTTP/1.1 200 OK\\r\\nconnection: close\\r\\n\\r\\n");
  });
}).listen(process.env.PORT, "127.0.0.1");
`;

interface DroneProcess extends AsyncDisposable {
  /** As `kill -9` would, until it is gone. */
  kill(): Promise<void>;
  /** Asks it to leave, and waits until it has. */
  leave(): Promise<void>;
  signal(name: "SIGSTOP" | "SIGCONT"): void;
}

/** What the drones of a stage run backends with, and how a test sees what runs. */
interface StageRuntime {
  config: RuntimeConfig;
  image: string;
  open(droneName: string, dataDir: string): Runtime;
}

/** Drones as processes of their own, with a scripted controller. Nothing they have made is left. */
export async function processStage(
  guard: "own" | "external",
  openRuntime: (stack: ServiceStack, directory: string) => Promise<StageRuntime> = appRuntime,
) {
  const stack = new ServiceStack();
  const directory = stack.use(await tempDir());
  const controller = stack.use(await ScriptedController.listen());
  const { config: runtimeConfig, image, open } = await openRuntime(stack, directory.path);
  const config: DroneConfig = {
    controllerUrl: controller.url,
    key: "hak_test",
    name: newNodeName("dr"),
    cluster: "test",
    pool: "default",
    dataDir: join(directory.path, "data"),
    runtime: runtimeConfig,
    guard,
  };
  const runtime = open(config.name, config.dataDir);
  stack.defer(() => endGuard(config.dataDir));
  stack.defer(() => clear(runtime));
  return {
    controller,
    runtime,
    dataDir: config.dataDir,
    /** Resolves once the drone takes spawns. */
    async start(): Promise<DroneProcess> {
      const beats = controller.all("heartbeat").length;
      const drone = stack.use(launch(config));
      await waitFor("heartbeat", () => controller.all("heartbeat").length > beats, 40_000);
      return drone;
    },
    async spawnReady() {
      const spec = specOf({ image, env: {} });
      controller.spawn(spec);
      const ready = () => controller.state(spec.backend_id, "ready");
      const { address } = await waitFor("ready", ready, 40_000);
      return { id: spec.backend_id, address };
    },
    async isRunning(id: BackendId) {
      return (await runtime.inspect(id))?.state === "running";
    },
    /** The id of the guard that watches, once it is another than that one. */
    guard: (before?: number): Promise<number> =>
      waitFor(
        "guard",
        async () => {
          const pid = await guardPid(config.dataDir);
          return pid !== before && pid !== undefined && (await isGuard(pid)) ? pid : undefined;
        },
        40_000,
      ),
    /** Resolves when there is no such guard. */
    guardLeft: (pid: number) => waitFor("no guard", async () => !(await isGuard(pid)), 20_000),
    /** Resolves when it runs no more. */
    ended: (id: BackendId) =>
      waitFor("its end", async () => (await runtime.inspect(id))?.state !== "running", 20_000),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

/** The process runtime, with one app. */
async function appRuntime(_stack: ServiceStack, directory: string): Promise<StageRuntime> {
  const appsDir = join(directory, "apps");
  await mkdir(join(appsDir, "app"), { recursive: true });
  await writeFile(join(appsDir, "app", "index.js"), APP);
  const config = { name: "process", appsDir } as const;
  const deps = { clock: systemClock, log: recordingLog().log };
  return {
    config,
    image: "app",
    open: (droneName, dataDir) =>
      openProcessRuntime(deps, { ...config, droneName, stateDir: processStateDir(dataDir) }),
  };
}

/** The machine's Docker Engine, with the echo example. */
export async function engineRuntime(stack: ServiceStack): Promise<StageRuntime> {
  const bench = stack.use(await openDockerBench());
  const { network, image } = bench;
  return {
    config: { name: "docker", network, allowedNetworks: [] },
    image,
    open: (droneName) => bench.open(droneName),
  };
}

function launch(config: DroneConfig): DroneProcess {
  const drone = spawn(
    process.execPath,
    ["--import", "tsx", join(import.meta.dirname, "drone-process.ts"), JSON.stringify(config)],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    if (hasEnded(drone)) return;
    drone.kill(signal);
    await once(drone, "exit");
  };
  const kill = () => end("SIGKILL");
  return {
    kill,
    leave: () => end("SIGTERM"),
    signal: (name) => void drone.kill(name),
    [Symbol.asyncDispose]: kill,
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Undefined if no guard has ever been here. */
async function guardPid(dataDir: string): Promise<number | undefined> {
  const text = await readFile(join(dataDir, "guard.pid"), "utf8").catch(() => "");
  return text === "" ? undefined : Number(text);
}

/** Whether a guard has this id; ids are given anew. */
async function isGuard(pid: number): Promise<boolean> {
  const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return words.includes("guard-process");
}

async function endGuard(dataDir: string): Promise<void> {
  const pid = await guardPid(dataDir);
  if (pid !== undefined && (await isGuard(pid))) process.kill(pid, "SIGTERM");
}
