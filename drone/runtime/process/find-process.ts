import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Adoption, Instance } from "../runtime.ts";
import { type InstanceFolder, instanceFolder, instanceIds } from "./instance-folder.ts";
import type { ProcessDeps } from "./process-deps.ts";
import { type ProcessSight, sightProcess } from "./sight-process.ts";

interface FoundProcess {
  folder: InstanceFolder;
  adoption: Adoption;
  sight: ProcessSight;
}

/** Where to look, and for whose. */
export interface FindDeps {
  options: Pick<ProcessDeps["options"], "stateDir" | "droneName">;
}

/** Undefined if there is none, or if it is not this drone's. */
export async function findProcess(
  { options }: FindDeps,
  id: BackendId,
): Promise<FoundProcess | undefined> {
  const folder = instanceFolder(options.stateDir, id);
  const record = await folder.readRecord();
  if (record?.droneName !== options.droneName) return undefined;
  return { folder, adoption: record.adoption, sight: await sightProcess(folder) };
}

export async function findInstance(deps: FindDeps, id: BackendId): Promise<Instance | undefined> {
  const found = await findProcess(deps, id);
  return found && describe(id, found);
}

export async function listInstances(deps: FindDeps): Promise<Instance[]> {
  const ids = await instanceIds(deps.options.stateDir);
  const instances = await Promise.all(ids.map((id) => findInstance(deps, id)));
  return instances.filter((instance) => instance !== undefined);
}

function describe(id: BackendId, { adoption, sight }: FoundProcess): Instance {
  switch (sight.state) {
    case "created":
      return { id, adoption, state: "created" };
    case "running":
      return { id, adoption, state: "running", location: sight.location };
    case "ended":
      // Nothing limits a process's memory, so nothing tells that the limit was met.
      return { id, adoption, state: "ended", exitCode: sight.exitCode, oomKilled: false };
    default:
      return sight satisfies never;
  }
}
