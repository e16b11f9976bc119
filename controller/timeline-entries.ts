import type { Status } from "../src/protocol/backend-state.ts";
import type { BackendId } from "../src/protocol/ids.ts";
import { rank, STATUSES } from "../src/protocol/statuses.ts";
import type { Store, TimelineRecord } from "./store/store.ts";
import { type WatchDeps, watchBackend } from "./watch-backend.ts";

export interface TimelineDeps extends WatchDeps {
  store: Pick<Store, "getBackend" | "timeline">;
}

/** Each state once, in order, from after the status last seen; ends after `terminated`. */
export async function* timelineEntries(
  { store, changes }: TimelineDeps,
  id: BackendId,
  lastSeen: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<TimelineRecord> {
  let sent = STATUSES.indexOf(lastSeen as Status);
  for await (const _ of watchBackend({ store, changes }, id, signal)) {
    for (const entry of await store.timeline(id)) {
      if (rank(entry.status) <= sent) continue;
      sent = rank(entry.status);
      yield entry;
    }
    if (sent === rank("terminated")) return;
  }
}
