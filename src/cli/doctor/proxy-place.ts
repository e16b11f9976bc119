import { parseCluster } from "../../protocol/cluster.ts";

/** Where a proxy is looked for, and why there. */
export interface ProxyPlace {
  url: string;
  /** `joined`: one of that cluster is connected to the controller. `usual`: there may be none. */
  because: "named" | "joined" | "usual";
}

export interface Whereabouts {
  named: string | undefined;
  /** The clusters of the proxies that are connected. */
  joined: readonly string[];
  /** Those that may have a proxy on this machine. */
  expected: readonly string[];
}

const USUAL_PORT = 9090;

/** The name of a cluster of this machine says where its proxy listens; no other cluster's does. */
export function proxyPlace({ named, joined, expected }: Whereabouts): ProxyPlace {
  if (named !== undefined) return { url: named, because: "named" };
  const [joinedPort] = localPorts(joined);
  if (joinedPort !== undefined) return { url: here(joinedPort), because: "joined" };
  const [port = USUAL_PORT] = localPorts(expected);
  return { url: here(port), because: "usual" };
}

function localPorts(clusters: readonly string[]): number[] {
  return clusters.map(parseCluster).flatMap(({ host, port }) => {
    const isLocal = host === "localhost" || host.endsWith(".localhost");
    return isLocal && port !== undefined ? [port] : [];
  });
}

function here(port: number): string {
  return `http://127.0.0.1:${port}`;
}
