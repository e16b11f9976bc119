import { backendUrl, parseCluster } from "../../src/protocol/cluster.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import type { BackendRecord, NewToken } from "../store/store.ts";

/** A client let in: to which backend, with which token. */
export interface Admission {
  backend: BackendRecord;
  /** Null where the backend is public or has a static token. */
  token: NewToken | null;
  spawned: boolean;
  expiresAt: number | null;
}

export function connectResponse(
  { publicUrl }: { publicUrl(): string },
  { backend: { id, key, subdomain, staticToken, cluster, drone }, token, ...admission }: Admission,
  { state: { status, ...rest } }: BackendRecord,
): ConnectResponse {
  const bearer = token?.token ?? staticToken;
  const statusUrl = `${publicUrl()}/v1/backends/${id}/status`;
  return {
    backend_id: id,
    key,
    spawned: admission.spawned,
    status,
    token: bearer,
    url: backendUrl(parseCluster(cluster), subdomain ?? id, bearer),
    ready_url: `${statusUrl}?wait=ready`,
    status_url: statusUrl,
    secret_token: token?.secret ?? null,
    subdomain,
    drone,
    ...(status === "terminated" && "reason" in rest ? { termination: rest } : {}),
    expires_at: admission.expiresAt,
  };
}
