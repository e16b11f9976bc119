import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseCluster } from "../src/protocol/cluster.ts";
import { newNodeName } from "../src/protocol/ids.ts";
import {
  ACTIVITY_TRUST_MS,
  DRONE_UNHEALTHY_MS,
  HEARTBEAT_INTERVAL_MS,
  RESEND_INTERVAL_MS,
  SWEEP_INTERVAL_MS,
} from "../src/protocol/timings.ts";
import { VERSION } from "../src/protocol/version.ts";
import type { Clock } from "../src/shared/clock.ts";
import type { Log } from "../src/shared/log.ts";
import { repeat } from "../src/shared/repeat.ts";
import { assemble } from "../src/shared/service-stack.ts";
import { ChangeFeed } from "./change-feed.ts";
import type { ControllerConfig } from "./config.ts";
import { type FirstKeys, firstKeys } from "./first-keys.ts";
import { authorizer } from "./http/authorize.ts";
import { httpApi } from "./http/http-api.ts";
import { listen } from "./listen.ts";
import { DroneSockets } from "./sockets/drone-sockets.ts";
import { ProxySockets } from "./sockets/proxy-sockets.ts";
import { socketRoutes } from "./sockets/socket-routes.ts";
import { openSqlite } from "./store/open-sqlite.ts";

export interface Controller extends AsyncDisposable {
  /** Where the API is reached from this machine. */
  readonly url: string;
  /** The keys of the first start, one of each scope. */
  readonly keys: FirstKeys;
}

/** Starts a controller; resolves once it listens. */
export function startController(
  deps: { clock: Clock; log: Log },
  config: ControllerConfig,
): Promise<Controller> {
  const log = deps.log.child({ component: "controller" });
  const { clock } = deps;
  return assemble(async (services) => {
    const { name: cluster } = parseCluster(config.cluster);
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    const store = services.use(await openSqlite(join(config.dataDir, "hangar.db"), clock));
    await store.forgiveOutage();
    const keys = await firstKeys(store, config.dataDir);
    const changes = services.use(new ChangeFeed(store));
    const controllerId = newNodeName("co");
    const peers = { store, changes, clock, log, controllerId };
    const heartbeatIntervalMs = config.heartbeatIntervalMs ?? HEARTBEAT_INTERVAL_MS;
    const resendIntervalMs = config.resendIntervalMs ?? RESEND_INTERVAL_MS;
    const droneUnhealthyMs = config.droneUnhealthyMs ?? DRONE_UNHEALTHY_MS;
    const authorize = authorizer(store);
    const connect = {
      store,
      changes,
      clock,
      random: Math.random,
      defaultCluster: cluster,
      publicUrl: config.publicUrl ?? "",
      droneUnhealthyMs,
    };
    const shared = { store, changes, clock, log, authorize, version: VERSION, droneUnhealthyMs };
    const api = await httpApi({ ...shared, connect });
    services.defer(() => api.close());
    const drones = services.use(
      new DroneSockets({ ...peers, heartbeatIntervalMs, resendIntervalMs }),
    );
    const proxies = services.use(new ProxySockets(peers));
    socketRoutes(api, { authorize, drones, proxies });
    const port = await listen(api, config.host, config.port);
    const url = localUrl(config.host, port);
    connect.publicUrl ||= url;
    const trustMs = config.activityTrustMs ?? ACTIVITY_TRUST_MS;
    services.use(
      repeat({ clock, log }, "sweep", config.sweepIntervalMs ?? SWEEP_INTERVAL_MS, async () => {
        for (const backendId of await store.sweep(trustMs))
          log.info({ backendId }, "backend swept");
      }),
    );
    log.info({ controllerId, url, cluster }, "controller listening");
    return { url, keys };
  });
}

/** An address that means all interfaces is no address to dial. */
function localUrl(host: string, port: number): string {
  if (host === "0.0.0.0" || host === "::") return `http://127.0.0.1:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
