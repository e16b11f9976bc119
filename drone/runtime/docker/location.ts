import type { ContainerInspectInfo } from "dockerode";
import type { Location } from "../runtime.ts";

type Networking = Pick<ContainerInspectInfo, "NetworkSettings">;

/**
 * Where a running container is dialled. Published, its address is the published one, and the
 * container's own is the shorter way for who can reach it; otherwise its own is all there is.
 */
export function locate(
  { NetworkSettings }: Networking,
  port: number,
  bridgeReachable: boolean,
): Location | undefined {
  const host = Object.values(NetworkSettings.Networks).find(
    ({ IPAddress }) => IPAddress,
  )?.IPAddress;
  const own = host === undefined ? undefined : { host, port };
  const [binding] = NetworkSettings.Ports?.[`${port}/tcp`] ?? [];
  if (binding === undefined) return own && { address: own };
  const address = { host: binding.HostIp, port: Number(binding.HostPort) };
  return { address, ...(own !== undefined && bridgeReachable && { bridgeAddress: own }) };
}

/** The machine's own address on the container's network. */
export function containerGateway({ NetworkSettings }: Networking): string | undefined {
  return Object.values(NetworkSettings.Networks).find(({ Gateway }) => Gateway)?.Gateway;
}
