/**
 * Keys with more to them, sessions, and the audit trail; ../tables.ts says what the columns mean. The
 * old column `scope` stays for controllers of the version before, which know no other.
 */
export const access = (autoIncrement: string): readonly string[] => [
  ...[
    "name text",
    "scopes text",
    "namespace text",
    "requests_per_second double precision",
    "burst integer",
    "expires_at bigint",
    "last_used_at bigint",
    "revoked_at bigint",
  ].map((column) => `alter table api_keys add column ${column}`),
  `create table sessions (
    hash text primary key, key_id text not null, created_at bigint not null, expires_at bigint not null)`,
  "create index sessions_of_key on sessions (key_id)",
  "create index sessions_by_expiry on sessions (expires_at)",
  `create table audit (
    seq ${autoIncrement}, at bigint not null, key_id text, key_name text, address text,
    action text not null, target text not null, namespace text, details text not null)`,
  "create index audit_by_time on audit (at)",
  "create index audit_by_key on audit (key_id, seq)",
  "create index audit_by_target on audit (target, seq)",
];
