import type { ContainerInspectInfo } from "dockerode";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { type Instance, RuntimeUnavailable } from "../runtime.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { isRefusal } from "./engine-refusal.ts";
import { instanceOf } from "./instance.ts";
import { containerName, isOwnedBy, readLabels } from "./labels.ts";
import { containerGateway, locate } from "./location.ts";
import { isOwnAddress } from "./own-address.ts";

type FindDeps = Pick<DockerDeps, "engine" | "options">;

/** A backend's container; undefined if there is none, or if it is not this drone's. */
export async function findContainer(
  { engine, options }: FindDeps,
  id: BackendId,
): Promise<ContainerInspectInfo | undefined> {
  try {
    const found = await engine.call((docker, abortSignal) =>
      docker.getContainer(containerName(id)).inspect({ abortSignal }),
    );
    const { Labels } = found.Config;
    return isOwnedBy(options, Labels) && readLabels(Labels)?.id === id ? found : undefined;
  } catch (error) {
    if (isRefusal(error, 404)) return undefined;
    throw error;
  }
}

export async function findInstance(deps: FindDeps, id: BackendId): Promise<Instance | undefined> {
  const found = await findContainer(deps, id);
  if (found === undefined) return undefined;
  const instance = await describeContainer(found);
  if (instance === undefined) throw new RuntimeUnavailable("it runs, but has no address");
  return instance;
}

/** Undefined while it runs without an address: its network was taken from it, or is not there yet. */
export async function describeContainer(
  found: ContainerInspectInfo,
): Promise<Instance | undefined> {
  const labelled = readLabels(found.Config.Labels);
  if (labelled === undefined) throw new Error(`${found.Name} lost its labels`);
  const gateway = containerGateway(found);
  const bridgeReachable = gateway !== undefined && (await isOwnAddress(gateway));
  const location = locate(found, labelled.adoption.port, bridgeReachable);
  return instanceOf(labelled, found, location);
}
