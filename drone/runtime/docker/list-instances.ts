import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Instance } from "../runtime.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { describeContainer, findContainer } from "./find-container.ts";
import { LABELS, ownerFilter, readLabels } from "./labels.ts";

/** So many containers are inspected at a time. */
const BATCH = 16;

type ListDeps = Pick<DockerDeps, "engine" | "options" | "log">;

export async function listInstances(deps: ListDeps): Promise<Instance[]> {
  const label = [...ownerFilter(deps.options), LABELS.backend];
  const containers = await deps.engine.call((docker, abortSignal) =>
    docker.listContainers({ all: true, filters: { label }, abortSignal }),
  );
  const ids = containers.flatMap(({ Labels }) => readLabels(Labels)?.id ?? []);
  const instances: (Instance | undefined)[] = [];
  for (let first = 0; first < ids.length; first += BATCH) {
    const batch = ids.slice(first, first + BATCH);
    instances.push(...(await Promise.all(batch.map((id) => inspect(deps, id)))));
  }
  return instances.filter((instance) => instance !== undefined);
}

/** One that cannot be located must not hide the others. */
async function inspect(deps: ListDeps, id: BackendId): Promise<Instance | undefined> {
  const found = await findContainer(deps, id);
  const instance = found && (await describeContainer(found));
  if (found !== undefined && instance === undefined) {
    deps.log.warn({ backendId: id }, "container runs without an address");
  }
  return instance;
}
