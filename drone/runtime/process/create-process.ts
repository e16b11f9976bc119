import { isDeepStrictEqual } from "node:util";
import type { BackendSpec } from "../../../src/protocol/drone-messages.ts";
import { adoptionOf } from "../adoption.ts";
import { RuntimeError } from "../runtime.ts";
import { instanceFolder } from "./instance-folder.ts";
import type { ProcessDeps } from "./process-deps.ts";

/** Makes the instance's folder. Limits on resources are not held: nothing is isolated here. */
export async function createProcess(
  { options: { stateDir, droneName } }: Pick<ProcessDeps, "options">,
  spec: BackendSpec,
): Promise<void> {
  // Without them an app would lose what it writes, or see what it was to be kept from.
  if (spec.mount !== undefined && spec.mount !== false) throw refused("mounts nothing");
  if (spec.network !== undefined) throw refused("has no networks");
  const folder = instanceFolder(stateDir, spec.backend_id);
  const adoption = adoptionOf(spec);
  const earlier = await folder.readRecord();
  if (earlier === undefined) {
    await folder.writeRecord({ droneName, adoption });
  } else if (earlier.droneName !== droneName || !isDeepStrictEqual(earlier.adoption, adoption)) {
    throw new RuntimeError("createfailed", "its folder is taken by another");
  }
}

function refused(what: string): RuntimeError {
  return new RuntimeError("createfailed", `the process runtime ${what}`);
}
