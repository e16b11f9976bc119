import { join } from "node:path";
import { newIdentity } from "../src/protocol/ids.ts";
import { lockFolder } from "../src/shared/folder-lock.ts";
import { readOrCreate } from "../src/shared/read-or-create.ts";
import type { ServiceStack } from "../src/shared/service-stack.ts";
import type { DroneConfig } from "./config.ts";
import { Journal } from "./journal/journal.ts";
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
  journal.saveOwner({ drone: name, cluster });
  return { identity, journal };
}
