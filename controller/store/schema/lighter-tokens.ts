/**
 * Each connect writes a token: two indexes less. Those of a backend are never asked for. Where the table
 * stays as it is, other controllers may go on writing to it meanwhile.
 */
export const lighterTokens = (keyedByText: string) =>
  keyedByText === "" ? ["drop index tokens_of_backend"] : rebuilt(keyedByText);

const rebuilt = (keyedByText: string) => [
  `create table lighter_tokens (
    hash text primary key, backend_id text not null, username text, auth text not null,
    secret text not null, created_at bigint not null, expires_at bigint not null) ${keyedByText}`,
  `insert into lighter_tokens (hash, backend_id, username, auth, secret, created_at, expires_at)
    select hash, backend_id, username, auth, secret, created_at, expires_at from tokens`,
  "drop table tokens",
  "alter table lighter_tokens rename to tokens",
  "create index tokens_by_expiry on tokens (expires_at)",
];
