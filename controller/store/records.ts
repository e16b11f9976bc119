import type { Selectable } from "kysely";
import type { BackendRecord, TimelineRecord } from "./store.ts";
import type { Tables } from "./tables.ts";

export function toBackendRecord(row: Selectable<Tables["backends"]>): BackendRecord {
  return {
    id: row.id,
    key: { namespace: row.namespace, name: row.key_name, tag: row.tag },
    fencingToken: row.fencing_token,
    cluster: row.cluster,
    pool: row.pool,
    drone: row.drone,
    image: row.image,
    labels: JSON.parse(row.labels),
    subdomain: row.subdomain,
    access: row.access,
    staticToken: row.static_token,
    config: JSON.parse(row.config),
    state: JSON.parse(row.state),
    createdAt: row.created_at,
    statusAt: row.status_at,
    lastActiveAt: row.last_active_at,
    maxIdleMs: row.max_idle_ms,
    expiresAt: row.expires_at,
    progress: row.progress === null ? null : JSON.parse(row.progress),
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  };
}

export function toTimelineRecord(row: Selectable<Tables["timeline"]>): TimelineRecord {
  return { status: row.status, at: row.at, state: JSON.parse(row.state) };
}
