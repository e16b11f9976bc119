import type { BackendId } from "../../src/protocol/ids.ts";
import { beat, CLUSTER, type TestController, type TestDrone } from "../controller/a-controller.ts";
import { ScriptedPeer } from "../harness/scripted-peer.ts";

/** A drone that has said hello and nothing else. */
export function silentDrone(
  { controller: { url, keys } }: TestController,
  { name = "dr-one", pool = "", cluster = CLUSTER } = {},
): Promise<TestDrone> {
  const about = { drone: name, cluster, pool, runtime: "docker" };
  return ScriptedPeer.dial({ url, key: keys.drone }, "drone", about);
}

/** A drone that may be given backends, and has these. */
export async function leasedDrone(
  hangar: TestController,
  {
    backendIds = [] as BackendId[],
    ...about
  }: Parameters<typeof silentDrone>[1] & {
    backendIds?: BackendId[];
  } = {},
): Promise<TestDrone> {
  const drone = await silentDrone(hangar, about);
  beat(drone);
  drone.say({ type: "lease-request", request_id: 1, backend_ids: backendIds });
  drone.say({ type: "inventory", backend_ids: backendIds });
  await drone.next("lease");
  return drone;
}
