import { parseCluster } from "../src/protocol/cluster.ts";
import { newNodeName } from "../src/protocol/ids.ts";
import { TIDY_INTERVAL_MS } from "../src/protocol/timings.ts";
import { VERSION } from "../src/protocol/version.ts";
import type { Clock } from "../src/shared/clock.ts";
import { FigureBook } from "../src/shared/figures/figure-book.ts";
import { lockFolder } from "../src/shared/folder-lock.ts";
import type { Log } from "../src/shared/log.ts";
import { repeat } from "../src/shared/repeat.ts";
import { assemble, type ServiceStack } from "../src/shared/service-stack.ts";
import { KeyRing } from "./access/key-ring.ts";
import { openAccess } from "./access/open-access.ts";
import { ChangeFeed } from "./change-feed.ts";
import { type ControllerConfig, limitsOf, timingsOf } from "./config.ts";
import { DroneBook } from "./connect/drone-book.ts";
import { placeStranded } from "./connect/place-stranded.ts";
import { WaitingLine } from "./connect/waiting-line.ts";
import { EventFeed } from "./events/event-feed.ts";
import { openSight } from "./figures/open-sight.ts";
import { type FirstKeys, firstKeys } from "./first-keys.ts";
import type { SpawnDefaults } from "./http/fill-spawn.ts";
import { httpApi } from "./http/http-api.ts";
import { listen, listeningUrl, urlOf } from "./listen.ts";
import { noteUrls } from "./note-urls.ts";
import { openWatchedStore } from "./open-watched-store.ts";
import { ActionSender } from "./sockets/action-sender.ts";
import { dronePeers } from "./sockets/drone-peer.ts";
import { PeerSockets } from "./sockets/peer-sockets.ts";
import { proxyPeers } from "./sockets/proxy-peer.ts";
import { RevocationNews } from "./sockets/revocation-news.ts";
import { socketRoutes } from "./sockets/socket-routes.ts";
import type { Store } from "./store/store.ts";
import { StreamHub } from "./streams/stream-hub.ts";
import { Upkeep, type UpkeepDeps } from "./upkeep/upkeep.ts";

export interface Controller extends AsyncDisposable {
  /** Where the API is reached from this machine. */
  readonly url: string;
  /** The keys of the first start, one of each scope. */
  readonly keys: FirstKeys;
  /** Where the figures are told without a key, if they are. */
  readonly figuresPort: number | undefined;
}

export interface ControllerDeps {
  clock: Clock;
  log: Log;
  stop?: AbortSignal;
  /** Where it tells its figures, and what its `/metrics` tells. Default: a book of its own. */
  book?: FigureBook;
  /** What connects are filled up with. Default: nothing. */
  spawnDefaults?: SpawnDefaults;
}

/** For what the database is still asked when the controller stops. */
const FAREWELL_MS = 3_000;

/** Starts a controller; resolves once it listens. A database that is away is waited for until `stop`. */
export function startController(
  deps: ControllerDeps,
  config: ControllerConfig,
): Promise<Controller> {
  const log = deps.log.child({ component: "controller" });
  const { clock, spawnDefaults, book = new FigureBook() } = deps;
  return assemble(async (services) => {
    const { name: cluster } = parseCluster(config.cluster);
    services.use(lockFolder(config.dataDir, "controller"));
    const controllerId = newNodeName("co");
    const opened = await openWatchedStore(services, { ...deps, log }, config, controllerId);
    const { store, figures, tracing } = opened;
    const keys = await firstKeys(store, config.dataDir);
    const changes = services.use(new ChangeFeed(store));
    const timings = timingsOf(config);
    const events = services.use(new EventFeed({ store, clock, log }));
    const shared = { store, figures, changes, events, clock, log, controllerId, ...timings };
    const ring = services.use(new KeyRing(shared));
    const streams = services.use(new StreamHub(shared));
    const publicUrl = () => config.publicUrl ?? urlOf(api, config.host);
    const placing = {
      ...shared,
      drones: new DroneBook(store, clock),
      random: Math.random,
      placeStranded: () => placeStranded(placing),
    };
    const onLeft = (waitedMs: number) => figures.queueWaitMs.observe(waitedMs);
    const line = services.use(new WaitingLine({ clock, log, onLeft }));
    const connect = { ...placing, tracing, line, defaultCluster: cluster, publicUrl };
    const { trustedProxies } = config;
    const limits = limitsOf(config);
    const access = openAccess({ ...shared, ring, publicUrl, limits }, config);
    const api = await httpApi({
      ...{ ...shared, book, streams, connect, access, limits, spawnDefaults },
      version: VERSION,
      ...(trustedProxies === undefined ? {} : { trustedProxies }),
    });
    services.defer(() => api.close());
    const actions = services.use(new ActionSender(shared));
    const dronePeer = dronePeers({ ...placing, actions, streams });
    const drones = services.use(new PeerSockets(shared, dronePeer));
    const revocations = services.use(new RevocationNews(shared));
    const proxyPeer = proxyPeers({ ...shared, revocations });
    const proxies = services.use(new PeerSockets(shared, proxyPeer));
    socketRoutes(api, { ring, drones, proxies });
    const figuresPort = await openSight(services, config, {
      ...{ ...shared, book },
      sockets: () => ({ drone: drones.size, proxy: proxies.size }),
      queueLength: () => line.length,
    });
    await listen(api, config.host, config.port);
    await noteUrls(config, listeningUrl(api, config.host));
    beAlive(services, { ...placing, url: publicUrl() });
    const url = urlOf(api, config.host);
    log.info({ controllerId, url, cluster }, "controller listening");
    return { url, keys, figuresPort };
  });
}

interface Alive {
  store: Store;
  controllerId: string;
  url: string;
  keepEndedMs: number;
  keepAuditMs: number;
}

/** From now on it says so to the others, and looks after what is due. */
function beAlive(services: ServiceStack, deps: Omit<UpkeepDeps, "controller"> & Alive): void {
  const { store, controllerId, url, keepEndedMs, keepAuditMs } = deps;
  // A database that is away learns of it by the silence.
  services.defer(() => store.removeController(controllerId).catch(() => undefined));
  services.use(new Upkeep({ ...deps, controller: { id: controllerId, version: VERSION, url } }));
  const tidy = () => store.tidy(keepEndedMs, keepAuditMs);
  services.use(repeat(deps, "tidy", TIDY_INTERVAL_MS, tidy));
  // A database that hangs must not hold up the end: whoever asked for it kills what takes too long.
  services.defer(() => store.hurry(FAREWELL_MS));
}
