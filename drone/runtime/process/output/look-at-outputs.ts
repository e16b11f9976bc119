import type { BackendId } from "../../../../src/protocol/ids.ts";
import { instanceFolder } from "../instance-folder.ts";
import type { Outputs } from "./outputs.ts";

/** Gives what was printed since the last look its time, and keeps whoever prints without end from filling the disk. */
export async function lookAtOutputs(
  outputs: Outputs,
  stateDir: string,
  ids: readonly BackendId[],
): Promise<void> {
  outputs.keepOnly(new Set(ids));
  for (const id of ids) await outputs.of(id, instanceFolder(stateDir, id).path).look();
}
