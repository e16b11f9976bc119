import type { PublicStatus } from "../protocol/backend.ts";
import type { Api } from "./api.ts";
import { type FollowOptions, followEvents } from "./follow-events.ts";

/**
 * All states from the first on, then each as it comes; progress in between. Ends after `terminated`.
 * A broken connection is made anew and goes on after the last state that was seen.
 */
export async function* followStatus(
  api: Api,
  path: string,
  options?: FollowOptions,
): AsyncGenerator<PublicStatus> {
  const seen = new Set<string>();
  for await (const { id, data } of followEvents(api, path, options)) {
    // Something in between may lose the header that names the last one seen.
    if (id !== undefined && seen.has(id)) continue;
    if (id !== undefined) seen.add(id);
    const status: PublicStatus = JSON.parse(data);
    yield status;
    if (status.status === "terminated") return;
  }
}
