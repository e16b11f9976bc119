import type { PublicStatus } from "../../src/protocol/backend.ts";
import type { Status } from "../../src/protocol/backend-state.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { rank, STATUSES } from "../../src/protocol/statuses.ts";
import type { Store } from "../store/store.ts";
import { type WatchDeps, watchBackend } from "../watch-backend.ts";
import { presentStatus } from "./present.ts";
import type { ServerEvent } from "./stream-events.ts";

export interface StatusEventsDeps extends WatchDeps {
  store: Pick<Store, "getBackend" | "timeline">;
}

/** Each status once, in order, from after the one last seen; ends after `terminated`. */
export async function* statusEvents(
  deps: StatusEventsDeps,
  id: BackendId,
  lastSeen: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  let sent = STATUSES.indexOf(lastSeen as Status);
  let lastProgress = "";
  for await (const backend of watchBackend(deps, id, signal)) {
    for (const entry of await deps.store.timeline(id)) {
      if (rank(entry.status) <= sent) continue;
      sent = rank(entry.status);
      const { state, at } = entry;
      yield { id: entry.status, data: presentStatus({ state, statusAt: at, progress: null }) };
    }
    if (sent === rank("terminated")) return;
    const progress = JSON.stringify(backend.progress);
    if (backend.progress !== null && progress !== lastProgress) {
      yield { event: "progress", data: presentStatus(backend) satisfies PublicStatus };
    }
    lastProgress = progress;
  }
}
