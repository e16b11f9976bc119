import { isIPv4 } from "node:net";
import type { NetworkInspectInfo } from "dockerode";
import { LABELS } from "./labels.ts";

/** The mark of a network with a subnet of ours: on any other, Docker refuses chosen addresses. */
export const ROTATED = { [LABELS.addresses]: "rotated" };

/** The address of the machine on a network; undefined for a network that has none. */
export function gatewayOf({ IPAM }: NetworkInspectInfo): string | undefined {
  const gateway = IPAM?.Config?.map((config) => config.Gateway).find(Boolean);
  // Some Engines give it with the prefix length.
  return gateway?.split("/")[0];
}

export function isRotated({ Labels }: NetworkInspectInfo): boolean {
  return Labels?.[LABELS.addresses] === ROTATED[LABELS.addresses];
}

export function subnetOf({ IPAM }: NetworkInspectInfo): string | undefined {
  const subnets = IPAM?.Config?.map(({ Subnet }) => Subnet) ?? [];
  return subnets.find((subnet) => isIPv4(subnet?.split("/")[0] ?? ""));
}

/** A network from a list tells of no containers; one that was inspected does. */
export function takenOn(network: NetworkInspectInfo): Set<string> {
  const containers = Object.values(network.Containers ?? {});
  const addresses = [
    gatewayOf(network),
    ...(network.IPAM?.Config ?? []).flatMap((config) =>
      Object.values(config.AuxiliaryAddresses ?? {}),
    ),
    ...containers.map(({ IPv4Address }) => IPv4Address.split("/")[0]),
  ];
  return new Set(addresses.filter((address) => address !== undefined));
}
