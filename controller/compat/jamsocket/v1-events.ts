import type { V1Status } from "jamsocket/lib/api.js";
import type { Status } from "../../../src/protocol/backend-state.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { rank } from "../../../src/protocol/statuses.ts";
import type { TimelineRecord } from "../../store/store.ts";
import { v1Status } from "./v1-status.ts";

export interface V1State {
  state: V1Status;
  time: string;
  backend: BackendId;
}

/** The timeline as Jamsocket's first API tells it: several of our statuses are one of its, told once. */
export async function* v1States(
  backend: BackendId,
  entries: AsyncIterable<TimelineRecord> | Iterable<TimelineRecord>,
): AsyncGenerator<V1State> {
  let told: V1Status | undefined;
  let lastStatus: Status = "scheduled";
  for await (const { state: ours, at } of entries) {
    if (rank(ours.status) < rank("terminating")) lastStatus = ours.status;
    const state = v1Status(ours, lastStatus);
    if (state === told) continue;
    told = state;
    yield { state, time: new Date(at).toISOString(), backend };
  }
}
