import type { DroneHealth } from "../../src/protocol/drone.ts";
import type { Backends } from "../backend/backends.ts";
import type { Runtime, RuntimeHealth } from "../runtime/runtime.ts";
import { readMachine } from "./read-machine.ts";

export interface HealthDeps {
  runtime: Pick<Runtime, "name">;
  backends: Pick<Backends, "counts">;
  dataDir: string;
}

/** The truth about this machine, with what the runtime said of itself last. */
export async function describeHealth(
  { runtime, backends, dataDir }: HealthDeps,
  { ok, version, error, images }: RuntimeHealth,
): Promise<DroneHealth> {
  return {
    runtime: {
      name: runtime.name,
      ok,
      ...(version !== undefined && { version }),
      ...(error !== undefined && { error }),
    },
    backends: backends.counts(),
    ...(await readMachine(dataDir)),
    images,
  };
}
