import type { Status, TerminationKind } from "../../../src/protocol/backend-state.ts";
import type { ConnectResponse } from "../../../src/protocol/connect.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { presentStatus } from "../../http/present.ts";
import type { TimelineRecord } from "../../store/store.ts";
import { type PlaneReason, planeReason } from "../tell-end.ts";

interface PlaneConnectResponse {
  backend_id: BackendId;
  spawned: boolean;
  status: Status;
  token: string;
  url: string;
  subdomain: string | null;
  secret_token: string | null;
  status_url: string;
  drone: string | null;
}

export function presentConnect(
  { backend_id, spawned, status, url, subdomain, drone, ...response }: ConnectResponse,
  publicUrl: string,
): PlaneConnectResponse {
  return {
    ...{ backend_id, spawned, status, url, subdomain },
    token: response.token ?? "",
    secret_token: response.secret_token,
    status_url: `${publicUrl}/pub/b/${backend_id}/status`,
    drone: spawned ? drone : null,
  };
}

/** What is not known is left out. */
export interface PlaneStatus {
  status: Status;
  /** Epoch ms. */
  time: number;
  termination_reason?: PlaneReason;
  termination_kind?: TerminationKind;
  exit_error?: boolean;
}

export function presentEntry({ state, at }: Pick<TimelineRecord, "state" | "at">): PlaneStatus {
  const entry = presentStatus({ state, statusAt: at, progress: null });
  const { termination_reason: ours, progress: _, ...rest } = entry;
  const reason = ours === undefined ? undefined : planeReason(ours);
  return { ...rest, ...(reason === undefined ? {} : { termination_reason: reason }) };
}
