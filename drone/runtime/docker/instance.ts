import type { ContainerInspectInfo } from "dockerode";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Adoption, Instance, Location } from "../runtime.ts";

/** What a container is to the drone. Undefined while it runs without an address yet. */
export function instanceOf(
  labelled: { id: BackendId; adoption: Adoption },
  { State }: Pick<ContainerInspectInfo, "State">,
  location: Location | undefined,
): Instance | undefined {
  if (State.Running) return location && { ...labelled, state: "running", location };
  // A container whose start has failed is back in this state, too.
  if (State.Status === "created") return { ...labelled, state: "created" };
  return { ...labelled, state: "ended", exitCode: State.ExitCode, oomKilled: State.OOMKilled };
}
