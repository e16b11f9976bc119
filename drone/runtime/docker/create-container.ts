import { isDeepStrictEqual } from "node:util";
import type { ContainerCreateOptions, NetworkInspectInfo } from "dockerode";
import type { BackendSpec } from "../../../src/protocol/drone-messages.ts";
import { adoptionOf } from "../adoption.ts";
import { RuntimeError } from "../runtime.ts";
import { containerOptions } from "./container-options.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { finalFor, isRefusal } from "./engine-refusal.ts";
import { findContainer } from "./find-container.ts";
import { findNetwork } from "./find-network.ts";
import { containerName, readLabels } from "./labels.ts";
import { makeMountFolder } from "./make-mount-folder.ts";
import { mountPath } from "./mount-path.ts";
import { chooseNetwork, ensureNetwork } from "./network.ts";
import { gatewayOf } from "./network-addresses.ts";
import { isOwnAddress } from "./own-address.ts";
import { refuseSymlinks } from "./refuse-symlinks.ts";

type CreateDeps = Pick<DockerDeps, "engine" | "options" | "addresses">;

const LOOPBACK = "127.0.0.1";

export async function createContainer(deps: CreateDeps, spec: BackendSpec): Promise<void> {
  const { options } = deps;
  const network = chooseNetwork(spec.network, options);
  const own = network === options.network;
  const mount = mountPath(spec, options.mountBase);
  if (mount !== undefined && options.mountBase !== undefined) {
    await refuseSymlinks(options.mountBase, mount);
  }
  try {
    if (mount !== undefined) await makeMountFolder(deps.engine, mount, spec.image);
    const found = await (own ? ensureNetwork : findNetwork)(deps.engine, network);
    if (found === undefined)
      throw new RuntimeError("createfailed", `no network "${network}" is here`);
    const publishOn = options.advertise ?? (await loopbackIfUnreachable(found));
    const address = own ? deps.addresses.next(found) : undefined;
    const { droneName, clusterName, ociRuntime } = options;
    const placement = { droneName, clusterName, network, address, publishOn, ociRuntime };
    await createOrAdopt(deps, spec, containerOptions(spec, { ...placement, mountPath: mount }));
  } catch (error) {
    throw finalFor("createfailed", error);
  }
}

/** Where the bridge is in another machine (Docker Desktop), only a published port can be dialled. */
async function loopbackIfUnreachable(network: NetworkInspectInfo): Promise<string | undefined> {
  const gateway = gatewayOf(network);
  if (gateway === undefined || (await isOwnAddress(gateway))) return undefined;
  return LOOPBACK;
}

async function createOrAdopt(
  deps: CreateDeps,
  spec: BackendSpec,
  { name, ...body }: ContainerCreateOptions,
): Promise<void> {
  try {
    // By itself dockerode writes all options into the URL as well, where env values could be logged.
    const request = { _query: { name }, _body: body };
    await deps.engine.call((docker, abortSignal) =>
      docker.createContainer({ ...request, abortSignal } as ContainerCreateOptions),
    );
  } catch (error) {
    if (!isRefusal(error, 409)) throw error;
    await adopt(deps, spec);
  }
}

/** An earlier try has left it, or else the name is somebody else's. */
async function adopt(deps: CreateDeps, spec: BackendSpec): Promise<void> {
  const found = await findContainer(deps, spec.backend_id);
  const labelled = found && readLabels(found.Config.Labels);
  if (isDeepStrictEqual(labelled?.adoption, adoptionOf(spec))) return;
  const name = containerName(spec.backend_id);
  throw new RuntimeError("createfailed", `the container name ${name} is taken by another`);
}
