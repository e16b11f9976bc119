import { type RawBuilder, sql } from "kysely";
import type { SqlDialect } from "../sql-dialect.ts";

/** Leases, several controllers, room on a drone, and indexes by what is due. */
export const lifecycle = (dialect: SqlDialect): (string | RawBuilder<unknown>)[] => [
  `create table controllers (
    id text primary key, version text not null, url text not null,
    started_at bigint not null, last_heartbeat_at bigint not null)`,
  "create table proxies (name text primary key, last_seen_at bigint not null)",

  ...added("drones", [
    "drain_ends_at bigint",
    "session text",
    "clock_id text",
    "clock_ms bigint",
    "total_millicpus bigint",
    "total_memory bigint",
    "lease_expires_at bigint",
    "live_backends integer not null default 0",
    "promised_millicpus bigint not null default 0",
    "promised_memory bigint not null default 0",
  ]),
  ...added("backends", [
    "idle_due_at bigint",
    "end_asked text",
    "lease_ends_at bigint",
    "moved_at bigint",
    "millicpus integer not null default 0",
    "memory_bytes bigint not null default 0",
  ]),
  ...added("actions", [
    "begin_clock_id text",
    "begin_by_ms bigint",
    "begin_by_at bigint",
    "refused_at bigint",
    "refusals text",
  ]),

  "drop index unacked_actions",
  `create index pending_actions on actions (drone, seq)
    where acked_at is null and refused_at is null`,
  "create index asked_ends on actions (drone) where verb <> 'spawn'",
  "create index refused_spawns on actions (seq) where refused_at is not null",
  `create index unbegun_spawns on actions (begin_by_at)
    where begin_by_at is not null and acked_at is null`,
  `create index due_by_idleness on backends (idle_due_at)
    where idle_due_at is not null and end_asked is null and status <> 'terminated'`,
  `create index due_by_age on backends (expires_at)
    where expires_at is not null and end_asked is null and status <> 'terminated'`,
  `create index revoked_backends on backends (lease_ends_at)
    where lease_ends_at is not null and status <> 'terminated'`,
  "create index ended_backends on backends (status_at) where status = 'terminated'",
  // Also of what has ended, for who comes too late, and for a name that nobody ever had.
  "create index backends_by_subdomain on backends (cluster, subdomain) where subdomain is not null",
  "create index moved_backends on backends (moved_at) where moved_at is not null",
  "create index tokens_by_expiry on tokens (expires_at)",
  "create index free_keys on keys (fencing_token) where backend_id is null",

  // What lives already: the room that it was promised, when it is idle, and that its end was asked for.
  sql`update backends set
    millicpus = coalesce(cast(${dialect.jsonText("config", ["resources", "cpus"])} as real) * 1000, 0),
    memory_bytes = coalesce(cast(${dialect.jsonText("config", ["resources", "memory_bytes"])} as bigint), 0),
    end_asked = (select min(verb) from actions where backend_id = backends.id and verb <> 'spawn'),
    idle_due_at = ${dialect.greatest(sql.ref("last_active_at"), sql.ref("ready_at"))} + max_idle_ms
    where status <> 'terminated'`,
  sql`update drones set
    live_backends = (select count(*) from ${LIVE_ON_DRONE}),
    promised_millicpus = (select coalesce(sum(millicpus), 0) from ${LIVE_ON_DRONE}),
    promised_memory = (select coalesce(sum(memory_bytes), 0) from ${LIVE_ON_DRONE})`,
];

const LIVE_ON_DRONE = sql`backends where backends.drone = drones.name and backends.status <> 'terminated'`;

function added(table: string, columns: readonly string[]): string[] {
  return columns.map((column) => `alter table ${table} add column ${column}`);
}
