/** ../tables.ts says what the columns mean. */
export const foundation = (autoIncrement: string) => [
  `create table api_keys (
    id text primary key, hash text not null unique, scope text not null, created_at bigint not null)`,

  `create table drones (
    name text primary key, identity text not null, cluster text not null, pool text not null, version text not null,
    max_backends integer, draining integer not null, controller text,
    last_heartbeat_at bigint, health text)`,

  `create table keys (
    namespace text not null, name text not null, tag text not null,
    backend_id text unique, fencing_token bigint not null,
    primary key (namespace, name))`,

  `create table backends (
    id text primary key,
    namespace text not null, key_name text not null, tag text not null, fencing_token bigint not null,
    cluster text not null, pool text not null, drone text not null,
    image text not null, labels text not null, subdomain text, access text not null,
    static_token text unique, config text not null,
    status text not null, rank integer not null, state text not null,
    created_at bigint not null, status_at bigint not null, ready_at bigint,
    last_active_at bigint not null, max_idle_ms bigint, expires_at bigint, progress text)`,
  `create unique index live_subdomain on backends (cluster, subdomain)
    where subdomain is not null and status <> 'terminated'`,
  `create index live_backends on backends (drone) where status <> 'terminated'`,
  `create index backends_by_age on backends (created_at, id)`,

  `create table timeline (
    seq ${autoIncrement}, backend_id text not null, status text not null, rank integer not null,
    at bigint not null, state text not null)`,
  `create unique index timeline_of_backend on timeline (backend_id, rank)`,

  `create table actions (
    seq ${autoIncrement}, id text not null unique, backend_id text not null, drone text not null,
    verb text not null, reason text, grace_seconds integer, spec text,
    created_at bigint not null, acked_at bigint)`,
  `create index unacked_actions on actions (drone, seq) where acked_at is null`,
  `create index actions_of_backend on actions (backend_id)`,

  `create table tokens (
    hash text primary key, backend_id text not null, username text, auth text not null,
    secret text not null, created_at bigint not null, expires_at bigint not null)`,
  `create index tokens_of_backend on tokens (backend_id)`,

  `create table connections (
    proxy text not null, backend_id text not null, open integer not null,
    reported_at bigint not null, primary key (proxy, backend_id))`,
  `create index connections_of_backend on connections (backend_id)`,
];
