import type { NetworkInspectInfo } from "dockerode";
import { RuntimeUnavailable } from "../runtime.ts";
import type { Engine } from "./engine.ts";
import { EngineRefusal, isRefusal } from "./engine-refusal.ts";
import { findNetwork } from "./find-network.ts";
import { LABELS } from "./labels.ts";
import { gatewayOf, ROTATED, subnetOf } from "./network-addresses.ts";

export const ICC = "com.docker.network.bridge.enable_icc";

const TRIES = 10;

interface AddressPool {
  Subnet: string;
  Gateway?: string;
}

/** Makes Hangar's own bridge, or finds the one that another drone has made meanwhile. */
export async function makeNetwork(engine: Engine, name: string): Promise<NetworkInspectInfo> {
  for (let tries = 0; tries < TRIES; tries++) {
    const pool = await freePool(engine, name);
    const made = pool && (await createNetwork(engine, name, pool));
    const network = made ?? (await findNetwork(engine, name));
    if (network !== undefined) return network;
  }
  throw new RuntimeUnavailable(`the network "${name}" is being made by too many at once`);
}

/**
 * Docker lets addresses be chosen only on a network whose subnet was named by who made it, and does not
 * tell which subnets are free. So a network is made for it to choose one, and taken away again.
 * Whatever a drone that died has left of that is used up by the next. Undefined if another was faster.
 */
async function freePool(engine: Engine, name: string): Promise<AddressPool | undefined> {
  const Name = `${name}-subnet`;
  try {
    const id =
      (await create(engine, { Name }).catch(unlessRefused(409))) ??
      (await findNetwork(engine, Name))?.Id;
    if (id === undefined) return undefined;
    const chosen: NetworkInspectInfo = await engine.call((docker) =>
      docker.getNetwork(id).inspect(),
    );
    await engine.call((docker) => docker.getNetwork(id).remove());
    const Subnet = subnetOf(chosen);
    if (Subnet === undefined) throw new Error(`Docker gave the network "${Name}" no subnet`);
    const Gateway = gatewayOf(chosen);
    return { Subnet, ...(Gateway !== undefined && { Gateway }) };
  } catch (error) {
    if (isRefusal(error, 404)) return undefined;
    throw error;
  }
}

/** Undefined if another was first: to this name, or to this subnet. */
async function createNetwork(
  engine: Engine,
  name: string,
  pool: AddressPool,
): Promise<NetworkInspectInfo | undefined> {
  try {
    const id = await create(engine, {
      Name: name,
      Options: { [ICC]: "false" },
      Labels: { [LABELS.network]: name, ...ROTATED },
      IPAM: { Config: [pool] },
    });
    return await giveWayToOlder(engine, name, id);
  } catch (error) {
    const subnetTaken = error instanceof EngineRefusal && /overlap/i.test(error.message);
    if (isRefusal(error, 409) || subnetTaken) return undefined;
    throw error;
  }
}

async function create(
  engine: Engine,
  options: {
    Name: string;
    Options?: Record<string, string>;
    Labels?: Record<string, string>;
    IPAM?: { Config: AddressPool[] };
  },
): Promise<string> {
  const { id } = await engine.call((docker, abortSignal) => {
    // Older Engines let two networks have one name unless told.
    const CheckDuplicate = true;
    return docker.createNetwork({ ...options, CheckDuplicate, Driver: "bridge", abortSignal });
  });
  return id;
}

/** Older Engines let two requests at once make two networks of one name; all but the oldest go. */
async function giveWayToOlder(
  engine: Engine,
  name: string,
  ownId: string,
): Promise<NetworkInspectInfo | undefined> {
  const oldest = await findNetwork(engine, name);
  if (oldest !== undefined && oldest.Id !== ownId) {
    await engine.call((docker) => docker.getNetwork(ownId).remove());
  }
  return oldest;
}

function unlessRefused(statusCode: number): (error: unknown) => undefined {
  return (error) => {
    if (!isRefusal(error, statusCode)) throw error;
  };
}
