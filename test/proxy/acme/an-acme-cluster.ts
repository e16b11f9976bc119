import { once } from "node:events";
import { type ConnectionOptions, connect, type PeerCertificate } from "node:tls";
import { type Controller, startController } from "../../../controller/index.ts";
import { type DnsResponder, startDns } from "../../../dns/index.ts";
import type { AcmeConfig } from "../../../proxy/config.ts";
import { type Proxy as HangarProxy, startProxy } from "../../../proxy/index.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { ServiceStack } from "../../../src/shared/service-stack.ts";
import { type Pebble, type PebbleOptions, startPebble } from "../../harness/pebble.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { tempDir } from "../../harness/temp-dir.ts";

export const DOMAIN = "sessions.hangar.test";

export interface AcmeCluster extends AsyncDisposable {
  readonly controller: Controller;
  readonly dns: DnsResponder;
  readonly pebble: Pebble;
  readonly lines: readonly string[];
  startProxy(name: string, changes?: Partial<AcmeConfig>): Promise<HangarProxy>;
  /** The log lines that have this in them. */
  told(text: string): string[];
}

/** A controller, `hangar dns` and a CA that looks for its records there. */
export async function anAcmeCluster(
  options: Partial<PebbleOptions> & { zone?: string } = {},
): Promise<AcmeCluster> {
  const services = new ServiceStack();
  const { log, lines } = recordingLog();
  const dir = services.use(await tempDir());
  const listening = { host: "127.0.0.1", port: 0 };
  const controller = services.use(
    await startController(
      { clock: systemClock, log },
      { ...listening, cluster: DOMAIN, dataDir: dir.path },
    ),
  );
  const joined = { controllerUrl: controller.url, key: controller.keys.proxy };
  const dns = services.use(await startDns({ log }, { ...listening, ...joined }));
  const pebble = services.use(
    await startPebble({ dnsServer: `127.0.0.1:${dns.port}`, ...options }),
  );
  return {
    controller,
    dns,
    pebble,
    lines,
    async startProxy(name, changes = {}) {
      const tls = {
        kind: "acme" as const,
        directory: pebble.directory,
        trustedCa: pebble.ca,
        pollIntervalMs: 50,
        ...changes,
      };
      return services.use(
        await startProxy(
          { clock: systemClock, log },
          { ...joined, ...listening, name, cluster: DOMAIN, trustedProxies: [], tls },
        ),
      );
    },
    told: (text) => lines.filter((line) => line.includes(text)),
    [Symbol.asyncDispose]: () => services[Symbol.asyncDispose](),
  };
}

/** Shakes hands with a proxy as a browser does that trusts this CA; rejects where a browser would warn. */
export async function seenBy(
  { root }: Pebble,
  proxy: Pick<HangarProxy, "port">,
  servername = `abc.${DOMAIN}`,
): Promise<PeerCertificate> {
  const options: ConnectionOptions = {
    host: "127.0.0.1",
    port: proxy.port,
    ca: [root],
    servername,
  };
  const socket = connect(options);
  try {
    await once(socket, "secureConnect");
    return socket.getPeerCertificate();
  } finally {
    socket.destroy();
  }
}
