import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { createClient, type HangarClient } from "../../client/client.ts";
import type { SpawnConfig } from "../../protocol/spawn-config.ts";
import type { Clock } from "../../shared/clock.ts";
import type { Log } from "../../shared/log.ts";
import { assemble, type ServiceStack } from "../../shared/service-stack.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { loadProcesses } from "../serve/load-processes.ts";
import { type UpState, untilConnected } from "../serve/until-connected.ts";
import type { DevPlan } from "./dev-plan.ts";
import type { Asked } from "./image-gate.ts";

export interface Site extends AsyncDisposable {
  readonly apiUrl: string;
  readonly cluster: string;
  readonly client: HangarClient;
}

export interface SiteDeps {
  clock: Clock;
  log: Log;
  stop: AbortSignal;
  /** While it takes long: why. */
  onSlow(why: string, waitedMs: number): void;
  /** Takes away what the drone has made for itself on the Engine; called once the drone is gone, also if it never ran. */
  leaveEngine(): Promise<void>;
  spawnDefaults(asked: Asked): Promise<Partial<SpawnConfig> | undefined>;
}

const HOST = "127.0.0.1";
/** A machine that does much else is slow, and not without Docker. */
const PATIENCE_MS = 60_000;
const PORT_TRIES = 3;
const USUAL = { port: 8_080, proxyPort: 9_090 };

/** Controller, drone and proxy of one project, on ports of its own. */
export async function startSite(deps: SiteDeps, plan: DevPlan, socketPath?: string): Promise<Site> {
  for (let tries = 0; ; tries += 1) {
    // What was free a moment ago may be another project's, which starts as we do.
    const ports = await choosePorts(plan, tries === 0);
    try {
      return await assemble((services) => start(services, deps, plan, { ...ports, socketPath }));
    } catch (error) {
      if (tries >= PORT_TRIES || !isPortTaken(error)) throw error;
    }
  }
}

interface Place {
  port: number;
  proxyPort: number;
  socketPath: string | undefined;
}

async function start(
  services: ServiceStack,
  { clock, log, stop, spawnDefaults, onSlow, leaveEngine }: SiteDeps,
  { dataDir, droneName, network }: DevPlan,
  { port, proxyPort, socketPath }: Place,
): Promise<Omit<Site, keyof AsyncDisposable>> {
  const { startController, startDrone, startProxy } = await loadProcesses();
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const cluster = `localhost:${proxyPort}`;
  const controller = services.use(
    await startController(
      { clock, log, stop, spawnDefaults },
      { host: HOST, port, cluster, dataDir },
    ),
  );
  const { url: controllerUrl, keys } = controller;
  // The port is the first thing to be found taken, so it comes before what would have to be undone.
  const proxy = services.use(
    await startProxy(
      { clock, log },
      {
        ...{ controllerUrl, key: keys.proxy, cluster, host: HOST, port: proxyPort },
        ...{ name: droneName.replace("dr-", "px-"), localDrone: droneName },
        ...{ engine: "direct", trustedProxies: [] },
      },
    ),
  );
  // Here, as now nobody else runs this project: what is there is this session's.
  services.defer(leaveEngine);
  const runtime = {
    ...{ name: "docker" as const, network, allowedNetworks: [] },
    ...(socketPath === undefined ? {} : { socketPath }),
  };
  const sinceMs = performance.now();
  services.use(
    await startDrone(
      { clock, log },
      { controllerUrl, key: keys.drone, name: droneName, cluster, pool: "", dataDir, runtime },
    ),
  );
  const client = createClient({ url: controllerUrl, key: keys.admin });
  const state = await untilConnected({
    ...{ client, proxy, droneName, sinceMs, signal: stop, patienceMs: PATIENCE_MS },
    onSlow: (slow, waitedMs) => onSlow(whyNot(slow), waitedMs),
  });
  if (state.drone?.healthy !== true && !stop.aborted) throw cannotRun(whyNot(state));
  return { apiUrl: controllerUrl, cluster, client };
}

function whyNot({ drone }: UpState): string {
  if (drone === undefined) return "the drone has not joined its controller";
  // What its runtime says begins with "its".
  const why = drone.unhealthy_because ?? "has joined, but not the proxy";
  return why.startsWith("its ") ? `the drone: ${why}` : `the drone ${why}`;
}

function cannotRun(why: string): CliError {
  return new CliError(`Nothing can run yet: ${why}.`, {
    exitCode: EXIT.failure,
    hints: ["`hangar doctor` looks for what is wrong."],
  });
}

/** Those that were asked for; else the usual ones, or any if another project has those. */
async function choosePorts({ port, proxyPort }: DevPlan, preferUsual: boolean) {
  const choose = async (asked: number | undefined, usual: number) => {
    if (asked !== undefined && asked !== 0) return asked;
    const wished = asked === undefined && preferUsual ? await tryPort(usual) : undefined;
    return wished ?? (await tryPort(0)) ?? usual;
  };
  return {
    port: await choose(port, USUAL.port),
    proxyPort: await choose(proxyPort, USUAL.proxyPort),
  };
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer().listen(port, HOST);
  try {
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}

function isPortTaken(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return code === "EADDRINUSE" || (cause !== undefined && isPortTaken(cause));
}
