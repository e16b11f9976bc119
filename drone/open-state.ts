import { join } from "node:path";
import { newIdentity } from "../src/protocol/ids.ts";
import { lockFolder } from "../src/shared/folder-lock.ts";
import { readOrCreate } from "../src/shared/read-or-create.ts";
import type { ServiceStack } from "../src/shared/service-stack.ts";
import type { DroneConfig } from "./config.ts";
import { Journal, type Owner } from "./journal/journal.ts";
import { journalPath } from "./journal/journal-path.ts";

/** What a drone finds again in its data dir. */
export interface DroneState {
  /** The machine's own, told from another's under the same name. */
  identity: string;
  journal: Journal;
}

/** Opens a data dir for this drone alone, as long as the stack stands. */
export async function openState(config: DroneConfig, stack: ServiceStack): Promise<DroneState> {
  const { dataDir, name, cluster } = config;
  stack.use(lockFolder(dataDir, "drone"));
  const identity = await readOrCreate(join(dataDir, "drone-id"), newIdentity);
  const journal = new Journal(journalPath(dataDir));
  stack.defer(() => journal[Symbol.dispose]());
  takeOwnership(journal, dataDir, { drone: name, cluster });
  return { identity, journal };
}

/** Instances are found by the names on them: under another name nobody would find these. */
function takeOwnership(journal: Journal, dataDir: string, owner: Owner): void {
  const before = journal.owner();
  const isAnother = before?.drone !== owner.drone || before.cluster !== owner.cluster;
  if (before !== undefined && isAnother && journal.backends().length > 0) {
    throw new Error(
      `${dataDir} holds backends of the drone "${before.drone}" in the cluster "${before.cluster}": ` +
        "start it as that one until they have ended, or use another data dir",
    );
  }
  journal.saveOwner(owner);
}
