import type { BackendId } from "../../src/protocol/ids.ts";
import { type Runtime, RuntimeUnavailable } from "../runtime/runtime.ts";
import { type Sighting, sight } from "./sighting.ts";

/** Looks at what was just stopped. One that runs on all the same is tried again, after a pause. */
export async function sightStopped(runtime: Runtime, id: BackendId): Promise<Sighting> {
  const seen = await sight(runtime, id);
  if (seen.state === "running") throw new RuntimeUnavailable("it runs on after it was stopped");
  return seen;
}
