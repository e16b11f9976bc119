import type { BackendId } from "../../src/protocol/ids.ts";
import type { Location, Runtime } from "../runtime/runtime.ts";

/** What the drone knows of a backend's instance: what it saw last, or nothing that still counts. */
export type Sighting =
  | { state: "unknown" }
  | { state: "absent" }
  | { state: "created" }
  | { state: "running"; location: Location }
  | { state: "ended"; exitCode: number | undefined; oomKilled: boolean };

export async function sight(runtime: Runtime, id: BackendId): Promise<Sighting> {
  return (await runtime.inspect(id)) ?? { state: "absent" };
}
