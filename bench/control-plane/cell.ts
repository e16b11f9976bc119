import { setTimeout as delay } from "node:timers/promises";
import type { BackendId } from "../../src/protocol/ids.ts";
import { OTHER_CORE, type Part, startPart } from "../part.ts";
import { type ControllerProcess, startController } from "./controller-process.ts";
import type { BenchDatabase } from "./database.ts";
import type { CellFigures } from "./figures.ts";
import { HttpConnection } from "./http-connection.ts";
import type { LoadOrder, LoadResult } from "./load-run.ts";
import { measureLoads } from "./measure-loads.ts";
import { measureRest } from "./measure-rest.ts";
import { BACKENDS_PER_DRONE, type ControlPlaneOptions } from "./options.ts";
import type { PeersAnswer, PeersOrder, PeersSetUp } from "./peers-part.ts";
import type { Watched } from "./phase.ts";
import { attachProfiler } from "./profile.ts";
import { requestsOf } from "./requests.ts";

export type Load = Part<LoadOrder, LoadResult>;
export type Peers = Part<PeersOrder, PeersAnswer>;

/** What the measurements of one cell work with. */
export interface Bench {
  options: ControlPlaneOptions;
  watched: Watched;
  controller: ControllerProcess;
  load: Load;
  peers: Peers;
  live: number;
  drones: number;
}

const PATIENCE_MS = 30_000;
const SETTLE_MS = 2_000;

/** One number of live backends on one database: at rest first, then under load. */
export async function measureCell(
  options: ControlPlaneOptions,
  load: Load,
  database: BenchDatabase,
  live: number,
): Promise<CellFigures> {
  const drones = Math.ceil(live / BACKENDS_PER_DRONE);
  await database.fill(await spawnTemplate(database, drones), { live, drones });
  await using controller = await startController({
    dataDir: database.dataDir,
    database: database.url,
    inspect: options.profileDir !== undefined,
  });
  await using peers = await startPeers(controller, { drones, live });
  await using profiler =
    options.profileDir === undefined || controller.inspectPort === undefined
      ? undefined
      : await attachProfiler(controller.inspectPort, options.profileDir);
  const watched: Watched = {
    controllerPid: controller.pid,
    otherPids: [load.pid, peers.pid],
    databaseMs: () => database.cpuMs(),
    profiled: (name, work) =>
      profiler === undefined ? work() : profiler.record(`${database.store}-${live}-${name}`, work),
  };
  const bench: Bench = { options, watched, controller, load, peers, live, drones };
  await delay(SETTLE_MS);
  const rest = await measureRest(bench);
  return {
    store: database.store,
    live,
    drones,
    rest,
    ...(await measureLoads({ ...bench, restCpu: rest.cpu })),
  };
}

/** The drones say hello for the first time, and one backend is spawned as all are. */
async function spawnTemplate(database: BenchDatabase, drones: number): Promise<BackendId> {
  await using controller = await startController({
    dataDir: database.dataDir,
    database: database.url,
    inspect: false,
  });
  await using peers = await startPeers(controller, { drones, live: 0 });
  const { port, keys } = controller;
  const connection = await HttpConnection.open(port);
  const nextRequest = requestsOf(
    { kind: "spawns", namespace: "template" },
    { port, key: keys.admin },
  );
  const { status, body } = await connection.ask(nextRequest());
  connection.close();
  if (status !== 200) throw new Error(`the first backend was not spawned: ${status} ${body}`);
  const { ready } = await peers.ask({ kind: "ready", count: 1, patienceMs: PATIENCE_MS });
  if (ready !== 1) throw new Error(`the first backend of ${drones} drones has not become ready`);
  return (JSON.parse(body) as { backend_id: BackendId }).backend_id;
}

function startPeers(
  { url, keys }: ControllerProcess,
  counts: { drones: number; live: number },
): Promise<Peers> {
  const setUp: PeersSetUp = { url, droneKey: keys.drone, proxyKey: keys.proxy, ...counts };
  return startPart("control-plane/peers-part.ts", OTHER_CORE, setUp);
}
