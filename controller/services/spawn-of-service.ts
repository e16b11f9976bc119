import type { ServiceSpawn } from "../../src/protocol/service.ts";
import type { ServiceRecord } from "../store/service-store.ts";

/** What a service's environment is spawned with; undefined if it has no such environment. */
export function spawnOfService(
  { spawn, environments }: Pick<ServiceRecord, "spawn" | "environments">,
  environment: string | null,
): ServiceSpawn | undefined {
  if (environment === null) return spawn;
  const overrides = environments.find(({ name }) => name === environment);
  if (overrides === undefined) return undefined;
  const { image, cluster } = overrides;
  return {
    ...spawn,
    ...(image === null ? {} : { image }),
    ...(cluster === null ? {} : { cluster }),
  };
}
