import type { SqlDialect } from "../sql-dialect.ts";

/**
 * Tokens have no index by backend: each connect would pay for it. The one by expiry, to which each adds
 * at its end, also says whose they are, so that it is enough to look through.
 */
export const revocations = (dialect: SqlDialect): string[] => [
  ...dialect.comparedByBytes("tokens", "hash"),
  "alter table tokens add column generation integer not null default 0",
  "alter table backends add column token_generation integer not null default 0",
  "drop index tokens_by_expiry",
  "create index tokens_by_expiry on tokens (expires_at, backend_id)",
  `create table revocations (
    seq ${dialect.autoIncrement}, backend_id text not null, token_id text, username text,
    generation integer not null, revoked_at bigint not null)`,
  "create index revocations_of_backend on revocations (backend_id)",
  "create index revocations_by_age on revocations (revoked_at, seq)",
];
