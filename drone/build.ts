import type { BackendId } from "../src/protocol/ids.ts";
import type { Clock } from "../src/shared/clock.ts";
import { type BuildNews, type BuildRequest, buildImage } from "./runtime/docker/build-image.ts";
import { connectEngine, type Engine } from "./runtime/docker/engine.ts";
import { isRefusal } from "./runtime/docker/engine-refusal.ts";
import { containerName, LABELS } from "./runtime/docker/labels.ts";

/** For `hangar dev`, which asks the Engine for more than a drone does. What fails says why in its message. */
export interface Builder {
  /** Throws unless the Engine answers. */
  reach(): Promise<void>;
  build(request: BuildRequest): AsyncIterable<BuildNews>;
  /** `repository:tag`, for an image's id. */
  tag(imageId: string, repository: string, tag: string): Promise<void>;
  /** Takes a tag away, and the image with its last one. False while a container needs it. */
  removeTag(reference: string): Promise<boolean>;
  /** The tags that a repository has here. */
  tagsOf(repository: string): Promise<string[]>;
  /** Unpacks a tar archive over a running backend's files, from its root on. */
  putFiles(backend: BackendId, archive: Buffer): Promise<void>;
  /** How many containers a drone has, in whatever state. */
  countContainers(droneName: string): Promise<number>;
  /** False while a container is on it. */
  removeNetwork(name: string): Promise<boolean>;
}

/** More than an Engine needs that is well, on a machine that is busy. Whoever waits says so meanwhile. */
const REACH_MS = 60_000;

export function openBuilder(deps: { clock: Clock }, socketPath?: string): Builder {
  const engine = connectEngine(deps, socketPath);
  return {
    reach: () => engine.call(async (docker) => void (await docker.ping()), REACH_MS),
    build: (request) => buildImage(engine, request),
    tag: (imageId, repo, tag) =>
      engine.call(async (docker) => void (await docker.getImage(imageId).tag({ repo, tag }))),
    removeTag: (reference) =>
      unlessInUse(engine.call((docker) => docker.getImage(reference).remove())),
    tagsOf: async (repository) => {
      const filters = { reference: [repository] };
      const images = await engine.call((docker) => docker.listImages({ filters }));
      return images.flatMap(({ RepoTags }) => RepoTags ?? []);
    },
    putFiles: (backend, archive) =>
      engine.call(async (docker) => {
        await docker.getContainer(containerName(backend)).putArchive(archive, { path: "/" });
      }),
    countContainers: (droneName) => countContainers(engine, droneName),
    removeNetwork: (name) => unlessInUse(engine.call((docker) => docker.getNetwork(name).remove())),
  };
}

async function countContainers(engine: Engine, droneName: string): Promise<number> {
  const filters = { label: [`${LABELS.drone}=${droneName}`] };
  return (await engine.call((docker) => docker.listContainers({ all: true, filters }))).length;
}

/** What is gone already is gone. */
async function unlessInUse(removal: Promise<unknown>): Promise<boolean> {
  try {
    await removal;
    return true;
  } catch (error) {
    if (isRefusal(error, 404)) return true;
    if (isRefusal(error, 403, 409)) return false;
    throw error;
  }
}
