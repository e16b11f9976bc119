import type { Instance } from "../runtime.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { findInstance } from "./find-container.ts";
import { LABELS, ownerFilter, readLabels } from "./labels.ts";

/** So many containers are inspected at a time. */
const BATCH = 16;

export async function listInstances(
  deps: Pick<DockerDeps, "engine" | "options">,
): Promise<Instance[]> {
  const label = [...ownerFilter(deps.options), LABELS.backend];
  const containers = await deps.engine.call((docker, abortSignal) =>
    docker.listContainers({ all: true, filters: { label }, abortSignal }),
  );
  const ids = containers.flatMap(({ Labels }) => readLabels(Labels)?.id ?? []);
  const instances: (Instance | undefined)[] = [];
  for (let first = 0; first < ids.length; first += BATCH) {
    const batch = ids.slice(first, first + BATCH);
    instances.push(...(await Promise.all(batch.map((id) => findInstance(deps, id)))));
  }
  return instances.filter((instance) => instance !== undefined);
}
