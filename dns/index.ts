import type { Log } from "../src/shared/log.ts";
import { assemble, type ServiceStack } from "../src/shared/service-stack.ts";
import { challengeLookup } from "./challenge-lookup.ts";
import type { DnsConfig } from "./config.ts";
import { respond } from "./respond.ts";
import { listenTcp } from "./tcp-listener.ts";
import { listenUdp } from "./udp-listener.ts";

export interface DnsResponder extends AsyncDisposable {
  readonly port: number;
}

/** Tries for a free port that is free for both. */
const TRIES = 10;

/**
 * The name server of the challenges by which a CA is shown that a cluster's name is ours. Resolves
 * once it listens by UDP and TCP.
 */
export async function startDns(deps: { log: Log }, config: DnsConfig): Promise<DnsResponder> {
  const log = deps.log.child({ component: "dns" });
  const { host, port, zone, nameServer } = config;
  const answering = {
    log,
    served: { zone: zone?.toLowerCase(), nameServer: nameServer?.toLowerCase() },
    lookUp: challengeLookup(config),
  };
  return await assemble(async (services) => {
    const listening = await listenOnBoth(services, { log, answering }, host, port);
    log.info({ host, port: listening, zone }, "name server listens");
    return { port: listening };
  });
}

type Answering = Parameters<typeof respond>[0];

async function listenOnBoth(
  services: ServiceStack,
  { log, answering }: { log: Log; answering: Answering },
  host: string,
  port: number,
): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const tcp = await listenTcp(
      { log, respond: (message) => respond(answering, message, "tcp") },
      host,
      port,
    ).catch((cause) => {
      throw new Error(`cannot listen on ${host}:${port}: ${cause.message}`, { cause });
    });
    try {
      services.use(
        await listenUdp(
          { log, respond: (message) => respond(answering, message, "udp") },
          host,
          tcp.port,
        ),
      );
      services.use(tcp);
      return tcp.port;
    } catch (cause) {
      await tcp[Symbol.asyncDispose]();
      if (port !== 0 || tries === TRIES) {
        throw new Error(`cannot listen on ${host}:${port}: ${(cause as Error).message}`, { cause });
      }
    }
  }
}
