import type { ContainerInspectInfo } from "dockerode";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { type Instance, RuntimeUnavailable } from "../runtime.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { isRefusal } from "./engine-refusal.ts";
import { instanceOf } from "./instance.ts";
import { containerName, isOwnedBy, LABELS, type Owner, ownerFilter, readLabels } from "./labels.ts";
import { containerGateway, locate } from "./location.ts";
import { isOwnAddress } from "./own-address.ts";

type FindDeps = Pick<DockerDeps, "engine"> & { options: Owner };

/** A backend's container, whatever it is called now; undefined if this drone has none. */
export async function findContainer(
  deps: FindDeps,
  id: BackendId,
): Promise<ContainerInspectInfo | undefined> {
  const named = await inspectOwn(deps, id, containerName(id));
  if (named !== undefined) return named;
  // A person may have renamed it; its labels last as long as it does.
  const label = [...ownerFilter(deps.options), `${LABELS.backend}=${id}`];
  const [labelled] = await deps.engine.call((docker, abortSignal) =>
    docker.listContainers({ all: true, filters: { label }, abortSignal }),
  );
  return labelled && inspectOwn(deps, id, labelled.Id);
}

async function inspectOwn(
  { engine, options }: FindDeps,
  id: BackendId,
  container: string,
): Promise<ContainerInspectInfo | undefined> {
  try {
    const found = await engine.call((docker, abortSignal) =>
      docker.getContainer(container).inspect({ abortSignal }),
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
  return found && locatedInstance(found);
}

export async function locatedInstance(found: ContainerInspectInfo): Promise<Instance> {
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
  return instanceOf(labelled, found, location && { ...location, handle: found.Id });
}
