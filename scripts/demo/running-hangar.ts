import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Docker from "dockerode";
import { createClient, type HangarClient } from "../../src/client/client.ts";

const COMMAND = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
const START_DEADLINE_MS = 30_000;
const DRONE = "dr-demo";

/** A `hangar up` of the demo's own, in a process of its own, with nothing that outlives it. */
export interface RunningHangar {
  client: HangarClient;
  apiUrl: string;
  cluster: string;
  /** Everything it leaves: containers, network, process, files. */
  leftovers(): Promise<string[]>;
  /** Ends all backends, then Hangar, then takes away its files and its network. */
  stop(): Promise<void>;
}

export async function runHangar(stopped?: AbortSignal): Promise<RunningHangar> {
  const dataDir = await mkdtemp(join(tmpdir(), "hangar-demo-"));
  const [port, proxyPort] = [await usablePort(8080), await usablePort(9090)];
  const network = `hangar-demo-${process.pid}`;
  const options = {
    "--port": port,
    "--proxy-port": proxyPort,
    "--data-dir": dataDir,
    "--name": DRONE,
    "--network": network,
    "--log-level": "warn",
    "--log-format": "json",
  };
  const words = Object.entries(options).flatMap(([name, value]) => [name, String(value)]);
  const log: string[] = [];
  const child = spawn(process.execPath, [COMMAND, "up", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // Ctrl-C is for the demo, which must end the backends first.
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => log.push(String(text)));
  }
  const apiUrl = `http://127.0.0.1:${port}`;
  const cluster = `localhost:${proxyPort}`;
  try {
    await untilUp(child, log, [apiUrl, `http://127.0.0.1:${proxyPort}`], stopped);
    const key = (await readFile(join(dataDir, "keys", "admin.key"), "utf8")).trim();
    const client = createClient({ url: apiUrl, key });
    await untilHealthy(client, stopped);
    const remains = () => leftovers(child, dataDir, network, cluster);
    const stop = () => stopAll(client, child, dataDir, network);
    return { client, apiUrl, cluster, leftovers: remains, stop };
  } catch (error) {
    await endProcess(child);
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

/** The usual port if it is free, else any. */
async function usablePort(usual: number): Promise<number> {
  for (const port of [usual, 0]) {
    const server = createServer();
    const free = await new Promise<number>((resolve) => {
      server.once("error", () => resolve(0));
      server.listen(port, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    server.close();
    if (free !== 0) return free;
  }
  throw new Error("no free port on loopback");
}

async function untilUp(
  child: ChildProcess,
  log: string[],
  urls: string[],
  stopped?: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (performance.now() < deadline) {
    stopped?.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null) break;
    const ready = await Promise.all(
      urls.map((url) =>
        fetch(`${url}/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    if (ready.every(Boolean)) return;
    await delay(20);
  }
  throw new Error(`hangar up did not start:\n${log.join("")}`);
}

async function untilHealthy(client: HangarClient, stopped?: AbortSignal): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  for (;;) {
    stopped?.throwIfAborted();
    const [drone] = await client.listDrones();
    if (drone?.healthy === true) return;
    if (performance.now() > deadline) {
      throw new Error(`the drone is not healthy: ${drone?.unhealthy_because ?? "not attached"}`);
    }
    await delay(20);
  }
}

async function stopAll(
  client: HangarClient,
  child: ChildProcess,
  dataDir: string,
  network: string,
): Promise<void> {
  const ending: Promise<void>[] = [];
  for await (const { id, status } of client.listBackends()) {
    if (status !== "terminated") ending.push(endBackend(client, id));
  }
  await Promise.all(ending);
  await endProcess(child);
  await new Docker().getNetwork(network).remove().catch(ignoreMissing);
  await rm(dataDir, { recursive: true, force: true });
}

async function endBackend(client: HangarClient, id: string): Promise<void> {
  await client.terminate(id, { grace_seconds: 2 });
  for await (const { status } of client.statusStream(id)) {
    if (status === "terminated") return;
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

function ignoreMissing(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}

async function leftovers(
  child: ChildProcess,
  dataDir: string,
  network: string,
  cluster: string,
): Promise<string[]> {
  const docker = new Docker();
  const label = [`dev.hangar.cluster=${cluster}`, `dev.hangar.drone=${DRONE}`];
  const containers = await docker.listContainers({ all: true, filters: { label } });
  const networks = await docker.listNetworks({ filters: { name: [network] } });
  const files = await readFile(join(dataDir, "hangar.db")).then(
    () => [dataDir],
    () => [],
  );
  return [
    ...containers.map(({ Names }) => `container ${Names.join()}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...(child.exitCode === null ? [`process ${child.pid}`] : []),
    ...files,
  ];
}
