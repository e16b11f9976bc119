import type { Container } from "dockerode";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Usage } from "../usage.ts";
import { type ContainerStats, containerUsage } from "./container-usage.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { isRefusal } from "./engine-refusal.ts";
import { containerName } from "./labels.ts";

/** So many containers are asked about at a time. */
const AT_ONCE = 16;
const TIMEOUT_MS = 5_000;

export async function readUsage(
  deps: Pick<DockerDeps, "engine">,
  ids: readonly BackendId[],
): Promise<ReadonlyMap<BackendId, Usage>> {
  const found = new Map<BackendId, Usage>();
  const waiting = [...ids];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const usage = await usageOf(deps, id);
      if (usage !== undefined) found.set(id, usage);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, work));
  return found;
}

/** One reading, at once: the Engine would otherwise take two, a second apart. */
async function usageOf(
  { engine }: Pick<DockerDeps, "engine">,
  id: BackendId,
): Promise<Usage | undefined> {
  try {
    return containerUsage(
      await engine.call(
        (docker, abortSignal) => oneReading(docker.getContainer(containerName(id)), abortSignal),
        TIMEOUT_MS,
      ),
    );
  } catch (error) {
    if (isRefusal(error, 404, 409)) return undefined;
    throw error;
  }
}

/** dockerode's types do not know of `one-shot`. */
async function oneReading(container: Container, abortSignal: AbortSignal): Promise<ContainerStats> {
  const options = { stream: false, "one-shot": true, abortSignal };
  return (await container.stats(options as { stream: false })) as unknown as ContainerStats;
}
