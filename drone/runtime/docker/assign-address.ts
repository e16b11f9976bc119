import type { ContainerInspectInfo, NetworkInspectInfo } from "dockerode";
import type { DockerDeps } from "./docker-deps.ts";
import { EngineRefusal } from "./engine-refusal.ts";
import { ensureNetwork } from "./network.ts";
import { isRotated } from "./network-addresses.ts";

type AssignDeps = Pick<DockerDeps, "engine" | "options" | "addresses">;

/** The address that a container asks for on a network. Docker sees whether it is free at the start. */
export function askedAddress(
  { NetworkSettings }: Pick<ContainerInspectInfo, "NetworkSettings">,
  network: string,
): string | undefined {
  return NetworkSettings.Networks[network]?.IPAMConfig?.IPv4Address || undefined;
}

/**
 * Lets a container that does not run yet ask for the next address that nobody has on Hangar's network;
 * for Docker that is to leave the network and to join it anew.
 */
export async function assignAddress(
  { engine, options, addresses }: AssignDeps,
  container: ContainerInspectInfo,
): Promise<void> {
  const listed = await ensureNetwork(engine, options.network);
  const joined = container.NetworkSettings.Networks[options.network] !== undefined;
  const asked = askedAddress(container, options.network) !== undefined;
  if (joined && !asked && !isRotated(listed)) return;
  const network: NetworkInspectInfo = await engine.call((docker) =>
    docker.getNetwork(listed.Id).inspect(),
  );
  const IPv4Address = addresses.next(network);
  const Container = container.Id;
  const EndpointConfig = IPv4Address === undefined ? {} : { IPAMConfig: { IPv4Address } };
  await engine
    .call((docker) => docker.getNetwork(listed.Id).disconnect({ Container }))
    .catch((error) => {
      // A drone that died in between has left it on no network, and so it would start. If it is
      // worse than that, joining will tell.
      if (!(error instanceof EngineRefusal)) throw error;
    });
  await engine.call((docker) =>
    docker.getNetwork(listed.Id).connect({ Container, EndpointConfig }),
  );
}
