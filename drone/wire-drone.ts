import { join } from "node:path";
import { newIdentity } from "../src/protocol/ids.ts";
import type { Clock } from "../src/shared/clock.ts";
import { lockFolder } from "../src/shared/folder-lock.ts";
import type { Log } from "../src/shared/log.ts";
import { readOrCreate } from "../src/shared/read-or-create.ts";
import { repeat } from "../src/shared/repeat.ts";
import type { ServiceStack } from "../src/shared/service-stack.ts";
import { followInstances } from "./adoption/follow-instances.ts";
import { Backends } from "./backend/backends.ts";
import type { DroneConfig } from "./config.ts";
import { describeHealth } from "./health/describe-health.ts";
import { RuntimePulse } from "./health/runtime-pulse.ts";
import { Journal } from "./journal/journal.ts";
import { ControllerLink } from "./link/controller-link.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { steadyTime } from "./steady-time.ts";

export interface DroneParts {
  clock: Clock;
  log: Log;
  runtime: Runtime;
}

const HOUR_MS = 60 * 60 * 1_000;
/** A spawn that is repeated after so long would be carried out anew. */
const ENDED_MEMORY_MS = 90 * 24 * HOUR_MS;

/** Wires a drone onto a runtime. Closing the stack leaves its backends running. */
export async function wireDrone(
  deps: DroneParts,
  config: DroneConfig,
  stack: ServiceStack,
): Promise<void> {
  const { runtime, clock } = deps;
  const now = steadyTime(clock);
  stack.use(lockFolder(config.dataDir, "drone"));
  const identity = await readOrCreate(join(config.dataDir, "drone-id"), newIdentity);
  const journal = new Journal(join(config.dataDir, "drone.db"));
  stack.defer(() => journal[Symbol.dispose]());
  const backends = stack.use(
    new Backends({
      ...deps,
      journal,
      now,
      onReport: () => link.sendReports(),
      onProgress: (id, progress) => link.sendProgress(id, progress),
    }),
  );
  const pulse = stack.use(new RuntimePulse({ ...deps, onFlip: () => link.sendHeartbeat() }));
  const health = async () =>
    pulse.latest && describeHealth({ runtime, backends, dataDir: config.dataDir }, pulse.latest);
  const link = stack.use(
    new ControllerLink({ ...deps, identity, journal, backends, now, health }, config),
  );
  backends.resumeAll();
  stack.use(
    followInstances({
      ...deps,
      journal,
      backends,
      onAdopted() {
        backends.surveyed();
        link.sendInventory();
      },
    }),
  );
  stack.use(repeat(deps, "tidy journal", HOUR_MS, () => journal.tidy(now() - ENDED_MEMORY_MS)));
}
