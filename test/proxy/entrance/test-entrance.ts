import type { ClientConnection } from "../../../proxy/entrance/client-connection.ts";
import { type EntranceOptions, startEntrance } from "../../../proxy/entrance/entrance.ts";
import { OpenClients } from "../../../proxy/entrance/open-clients.ts";
import { Figures } from "../../../proxy/figures/figures.ts";
import { trustedProxiesOf } from "../../../proxy/trusted-proxies.ts";
import { recordingLog } from "../../harness/recording-log.ts";

const OPTIONS: EntranceOptions = {
  host: "127.0.0.1",
  port: 0,
  maxConnections: 10,
  maxConnectionsPerAddress: 10,
  proxyHeaderTimeoutMs: undefined,
};

/** An entrance that keeps whom it lets in. */
export async function startTestEntrance(
  options: Partial<EntranceOptions> = {},
  trusted: readonly string[] = [],
) {
  const connections: ClientConnection[] = [];
  const figures = new Figures();
  const clients = new OpenClients();
  const { log, lines } = recordingLog();
  const entrance = await startEntrance(
    {
      log,
      figures,
      clients,
      trusted: trustedProxiesOf(trusted),
      serve: (connection) => connections.push(connection),
    },
    { ...OPTIONS, ...options },
  );
  return {
    ...entrance,
    connections,
    figures,
    clients,
    lines,
    [Symbol.dispose]() {
      entrance.stopAccepting();
      for (const { socket } of connections) socket.destroy();
    },
  };
}
