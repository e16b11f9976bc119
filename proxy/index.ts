import { parseCluster } from "../src/protocol/cluster.ts";
import type { ProxyToController } from "../src/protocol/proxy-messages.ts";
import { revokes } from "../src/protocol/revocation.ts";
import {
  ACTIVITY_INTERVAL_MS,
  HOLD_LIMIT_MS,
  UPSTREAM_CONNECT_TIMEOUT_MS,
} from "../src/protocol/timings.ts";
import type { Clock } from "../src/shared/clock.ts";
import type { FigureBook } from "../src/shared/figures/figure-book.ts";
import type { Log } from "../src/shared/log.ts";
import { repeat } from "../src/shared/repeat.ts";
import { assemble } from "../src/shared/service-stack.ts";
import { Activity } from "./activity.ts";
import type { ProxyConfig } from "./config.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { createEngines } from "./engines/create-engines.ts";
import type { SharedQuotas } from "./entrance/entrance.ts";
import { OpenClients } from "./entrance/open-clients.ts";
import { openDoor } from "./entrance/open-door.ts";
import { Figures } from "./figures/figures.ts";
import { openSight } from "./figures/open-sight.ts";
import type { ToldFigures } from "./figures/sum-figures.ts";
import { createGate } from "./gate.ts";
import { type LinkHandlers, openLink, type ProxyLink } from "./link.ts";
import { LoadMeter } from "./load-meter.ts";
import { Routes } from "./routes.ts";
import type { Certificate } from "./tls/certificate.ts";
import { openTls } from "./tls/open-tls.ts";
import { openRequestTracer } from "./tracing/open-request-tracer.ts";
import { trustedProxiesOf } from "./trusted-proxies.ts";

export interface ProxyDeps {
  clock: Clock;
  log: Log;
  /** Where it tells its figures too. Default: a book of its own. */
  book?: FigureBook;
  /** For one of several processes that are one proxy. Default: it is all of it. */
  shared?: SharedDeps;
}

/** What the processes of one proxy have in common. */
export interface SharedDeps {
  openLink(handlers: LinkHandlers): ProxyLink;
  quotas: SharedQuotas;
  /** Clients may come once it resolves; `isFit` if there is all that serving them needs. */
  beforeDoor(isFit: () => boolean): Promise<void>;
}

export type Proxy = AsyncDisposable & {
  readonly port: number;
  /** Where the figures are told, if they are. */
  readonly figuresPort: number | undefined;
  readonly httpRedirectPort: number | undefined;
  /** What is served at the moment. */
  certificates(): readonly ServedCertificate[];
  /** Whether the controller knows of this proxy. */
  readonly connected: boolean;
  /** All that `/metrics` would tell. */
  figures(): Promise<ToldFigures>;
  /** Takes no new clients; those who are here are told with their next answer to come again elsewhere. */
  retire(): void;
  /** Connections of clients. */
  readonly openClients: number;
};

/** A certificate's names, and its time as epoch ms. */
export type ServedCertificate = Pick<Certificate, "names" | "validFrom" | "expiresAt">;

export const DRAIN_MS = 10_000;

/** Resolves once it listens; the controller may come later. */
export async function startProxy(deps: ProxyDeps, config: ProxyConfig): Promise<Proxy> {
  const { clock } = deps;
  const log = deps.log.child({ component: "proxy" });
  const cluster = parseCluster(config.cluster);
  const trusted = trustedProxiesOf(config.trustedProxies);
  return assemble(async (stack) => {
    const tracer = await openRequestTracer(stack, { clock, log }, config);
    const tls = await openTls({ clock, log }, config, cluster);
    if (tls !== undefined) stack.use(tls);
    let leaving = false;
    let link: ProxyLink | undefined;
    const figures = new Figures();
    const clients = new OpenClients();
    const send = (message: ProxyToController) => link?.send(message) === true;
    const activity = new Activity({ clock, send });
    const routes = new Routes(
      { clock, send, figures },
      { holdLimitMs: config.holdLimitMs ?? HOLD_LIMIT_MS, localDrone: config.localDrone },
    );
    let engine: Engine | undefined;
    const handlers = handlersOf(routes, activity, (which) => engine?.cut(which));
    const openOwn = () => openLink({ clock, log }, { ...config, cluster: cluster.name }, handlers);
    link = stack.use(deps.shared?.openLink(handlers) ?? openOwn());
    const isReady = () => link?.connected === true && !leaving;
    stack.defer(() => activity.report());
    stack.use(reporting({ clock, log, activity, clients }, config.activityIntervalMs));
    const seen = await openSight(stack, config, {
      ...{ clock, log, trusted, figures, activity, clients, book: deps.book },
      isConnected: () => link?.connected === true,
      certificates: tls && (() => tls.shelf.certificates),
    });
    const gate = createGate({
      ...{ log, cluster, trusted, routes, activity, figures, tracer, isReady },
      rootRedirect: config.rootRedirect,
    });
    const ownEngine = createEngines(
      { clock, log, gate, figures, accessLog: seen.accessLog },
      config.engine,
      engineOptions(config),
    );
    engine = ownEngine;
    stack.defer(() => ownEngine.leave(config.drainMs ?? DRAIN_MS));
    const hasCertificate = () => tls === undefined || tls.shelf.certificates.length > 0;
    await deps.shared?.beforeDoor(() => link?.connected === true && hasCertificate());
    const serve = ownEngine.serve.bind(ownEngine);
    const quotas = deps.shared?.quotas;
    const door = await openDoor(
      stack,
      { log, trusted, figures, clients, tls, cluster, serve, quotas },
      config,
    );
    stack.defer(() => {
      leaving = true;
    });
    return {
      port: door.port,
      figuresPort: seen.figuresPort,
      httpRedirectPort: door.httpRedirectPort,
      certificates: () => tls?.shelf.certificates ?? [],
      get connected() {
        return link?.connected === true;
      },
      figures: seen.tell,
      retire() {
        door.retire();
        ownEngine.retire();
      },
      get openClients() {
        return clients.open;
      },
    };
  });
}

interface Reporting {
  clock: Clock;
  log: Log;
  activity: Activity;
  clients: OpenClients;
}

function reporting(deps: Reporting, intervalMs = ACTIVITY_INTERVAL_MS): AsyncDisposable {
  const meter = new LoadMeter(deps);
  return repeat(deps, "report activity", intervalMs, () => deps.activity.report(meter.read()));
}

function handlersOf(routes: Routes, activity: Activity, cut: Engine["cut"]): LinkHandlers {
  return {
    onWelcome() {
      routes.reconnected();
      activity.reportAll();
    },
    onNews(news) {
      routes.receive(news);
      if (news.type !== "tokens-revoked") return;
      cut(({ backendId: backend_id, access }) => revokes(news.revocation, { backend_id, access }));
    },
  };
}

function engineOptions(config: ProxyConfig): EngineOptions {
  return {
    connectTimeoutMs: UPSTREAM_CONNECT_TIMEOUT_MS,
    answerTimeoutMs: config.answerTimeoutMs,
    headTimeoutMs: 10_000,
    keepAliveMs: 60_000,
    maxHeadBytes: 32 * 1_024,
  };
}
