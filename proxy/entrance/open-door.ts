import type { Cluster } from "../../src/protocol/cluster.ts";
import type { ServiceStack } from "../../src/shared/service-stack.ts";
import type { ProxyConfig } from "../config.ts";
import { PROTOCOLS } from "../engines/engines-by-protocol.ts";
import { startHttpRedirect } from "../tls/http-redirect.ts";
import type { Tls } from "../tls/open-tls.ts";
import { type EntranceDeps, type EntranceOptions, startEntrance } from "./entrance.ts";
import { PROXY_HEADER_TIMEOUT_MS } from "./read-proxy-header.ts";
import { TlsStep } from "./tls-step.ts";

interface DoorDeps extends EntranceDeps {
  cluster: Cluster;
  /** Undefined for plain HTTP. */
  tls: Tls | undefined;
}

/** All that a proxy listens on for browsers. */
export interface Door {
  readonly port: number;
  readonly httpRedirectPort: number | undefined;
  /** Takes no new clients. Those on their way in still come in. */
  retire(): void;
}

// All of one address is a sixteenth of all: hundreds of people behind one router fit, and no one of
// them can take the whole proxy.
const MAX_CONNECTIONS = 16_384;
const MAX_CONNECTIONS_PER_ADDRESS = 1_024;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** At the stack's end it takes no new clients; those that were handed over are left alone. */
export async function openDoor(
  stack: ServiceStack,
  { tls, cluster, ...deps }: DoorDeps,
  config: ProxyConfig,
): Promise<Door> {
  const { log } = deps;
  const step =
    tls &&
    new TlsStep(
      { ...deps, shelf: tls.shelf },
      { handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS, protocols: PROTOCOLS },
    );
  const serve = step === undefined ? deps.serve : step.accept.bind(step);
  const entrance = await startEntrance({ ...deps, serve }, entranceOptions(config));
  const place = { host: config.host, port: entrance.port, cluster: cluster.name };
  log.info(place, "proxy listens");
  // Behind a front proxy the two may differ, but nothing stands before a localhost.
  if (cluster.host === "localhost" && cluster.port !== entrance.port) {
    log.warn(place, "URLs of this cluster lead to another port than this proxy's");
  }
  stack.defer(() => {
    entrance.stopAccepting();
    step?.close();
  });
  const { host, httpRedirectPort } = config;
  const redirect =
    httpRedirectPort === undefined
      ? undefined
      : stack.use(await startHttpRedirect({ host, port: httpRedirectPort, cluster }));
  const { port, retire } = entrance;
  return { port, retire, httpRedirectPort: redirect?.port };
}

export function connectionLimits(config: ProxyConfig) {
  return {
    all: config.maxConnections ?? MAX_CONNECTIONS,
    perAddress: config.maxConnectionsPerAddress ?? MAX_CONNECTIONS_PER_ADDRESS,
  };
}

function entranceOptions(config: ProxyConfig): EntranceOptions {
  const limits = connectionLimits(config);
  return {
    host: config.host,
    port: config.port,
    maxConnections: limits.all,
    maxConnectionsPerAddress: limits.perAddress,
    proxyHeaderTimeoutMs: config.proxyProtocol === true ? PROXY_HEADER_TIMEOUT_MS : undefined,
  };
}
