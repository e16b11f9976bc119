import type { DroneToController } from "../../src/protocol/drone-messages.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import { VERSION } from "../../src/protocol/version.ts";
import type { DroneConfig } from "../config.ts";

/** How a drone introduces itself. */
export function hello(
  config: DroneConfig,
  { identity, incarnation }: { identity: string; incarnation: string },
): DroneToController {
  return {
    type: "hello",
    protocol_version: PROTOCOL_VERSION,
    version: VERSION,
    drone: config.name,
    identity,
    incarnation,
    cluster: config.cluster,
    pool: config.pool,
    runtime: config.runtime.name,
    ...(config.maxBackends !== undefined && { max_backends: config.maxBackends }),
  };
}
