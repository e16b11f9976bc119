import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../scripts/free-port.ts";
import { ServiceStack } from "../../src/shared/service-stack.ts";
import { spawnHangar } from "../cli/run-hangar.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";
import { type EchoBackend, startEchoBackend } from "../proxy/harness/echo-backend.ts";
import { routeTo, ScriptedController } from "../proxy/harness/scripted-controller.ts";

export const PATIENCE_MS = 40_000;

export interface WorkerSite extends AsyncDisposable {
  readonly controller: ScriptedController;
  readonly backend: EchoBackend;
  readonly port: number;
  readonly metricsPort: number;
  readonly primary: ChildProcess;
  readonly log: string;
  readonly accessLog: string;
  /** Of the workers that are alive, the oldest first. */
  workerPids(): Promise<number[]>;
  metrics(): Promise<Map<string, number>>;
}

export interface WorkerSiteOptions {
  cluster?: string;
  /** Default: true. */
  withController?: boolean;
}

/** `hangar proxy --workers 2`, as its users start it, between a scripted controller and a real backend. */
export async function startWorkerSite(
  words: readonly string[] = [],
  { cluster = "localhost:9090", withController = true }: WorkerSiteOptions = {},
): Promise<WorkerSite> {
  const stack = new ServiceStack();
  const dir = stack.use(await tempDir());
  const controller = stack.use(await ScriptedController.start());
  if (!withController) await controller.lose();
  const backend = stack.use(await startEchoBackend());
  controller.answer = () => routeTo(backend.port, { cluster });
  const [port, metricsPort] = [await freePort(), await freePort()];
  const accessLog = join(dir.path, "access.log");
  const ports = ["--port", String(port), "--metrics-port", String(metricsPort)];
  const primary = spawnHangar(["proxy", "--workers", "2", ...ports, ...words], {
    HANGAR_CONTROLLER: controller.url,
    HANGAR_KEY: "hak_test",
    HANGAR_ACCESS_LOG: accessLog,
    HANGAR_CLUSTER: cluster,
  });
  stack.defer(() => void primary.kill("SIGKILL"));
  let log = "";
  primary.stderr?.on("data", (text) => {
    log += String(text);
  });
  primary.stdout?.resume();
  const metrics = () => readMetrics(metricsPort);
  const serve = async () => {
    if (primary.exitCode !== null) throw new Error(`the proxy ended:\n${log}`);
    if (log.split("worker serves").length < 3) return false;
    return !withController || (await metrics()).get("hangar_proxy_connected") === 1;
  };
  try {
    await waitFor("both workers", serve, PATIENCE_MS);
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
  return {
    ...{ controller, backend, port, metricsPort, primary, accessLog, metrics },
    get log() {
      return log;
    },
    workerPids: () => childrenOf(primary.pid ?? 0),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

/** In order of their start; esbuild's own, which tsx runs, is none. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const pids = text
    .split(" ")
    .filter((part) => part !== "")
    .map(Number);
  const isWorker = await Promise.all(
    pids.map(async (child) => (await commandOf(child)).includes("worker-process")),
  );
  return pids.filter((_, at) => isWorker[at]);
}

async function commandOf(pid: number): Promise<string> {
  return await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
}

export async function isAlive(pid: number): Promise<boolean> {
  return (await commandOf(pid)) !== "";
}

async function readMetrics(port: number): Promise<Map<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}
