import { lookup } from "node:dns/promises";
import { type Cluster, parseCluster } from "../../../protocol/cluster.ts";
import { newBackendId } from "../../../protocol/ids.ts";
import { type Finding, fail, ok, skipped, warn } from "../finding.ts";
import { isOwnAddress } from "../own-addresses.ts";
import type { Check } from "../run-checks.ts";

/** Every session has a host name of its own, so all names below a cluster must lead to its proxies. */
export const hostNames: Check = {
  name: "host names",
  async run({ settings, drones }) {
    const names = settings.cluster === undefined ? await clustersOf(drones) : [settings.cluster];
    if (names.length === 0) {
      return [skipped("host names", "no cluster is known: name it with --cluster")];
    }
    return await Promise.all(names.map(async (name) => await lookAt(parseCluster(name))));
  },
};

async function clustersOf(drones: () => Promise<readonly { cluster: string }[] | undefined>) {
  const known = (await drones()) ?? [];
  return [...new Set(known.map(({ cluster }) => cluster))];
}

async function lookAt(cluster: Cluster): Promise<Finding> {
  const name = `${newBackendId()}.${cluster.host}`;
  const found = await lookup(name, { all: true }).catch(() => []);
  const addresses = found.map(({ address }) => address);
  return judgeHostNames(cluster.host, addresses, addresses.some(isOwnAddress));
}

export function judgeHostNames(
  host: string,
  addresses: readonly string[],
  isOwn: boolean,
): Finding {
  const name = `*.${host}`;
  if (host === "localhost" || host.endsWith(".localhost")) {
    return ok(name, "browsers and curl take it for this machine");
  }
  const led = addresses.join(", ");
  if (isOwn) return ok(name, `leads here: ${led}`);
  if (addresses.length > 0) {
    return warn(
      name,
      `leads to ${led}, not to this machine`,
      "That is right if a proxy or a load balancer is there, and wrong if this machine has the proxy.",
    );
  }
  return fail(
    name,
    "leads nowhere from here",
    `Give it a wildcard record in DNS: *.${host} to the address of the proxy.`,
  );
}
