/** What proxies share of their certificates; ../tables.ts says what the columns mean. */
export const certificates: readonly string[] = [
  `create table acme_orders (
    domain text primary key, holder text not null, expires_at bigint not null,
    retry_ms bigint not null, not_before bigint not null, challenge text not null)`,
  `create table certificates (
    domain text primary key, certificate_id text not null, directory text not null, chain text not null,
    private_key text not null, kept_at bigint not null)`,
  `create table acme_accounts (
    directory text primary key, private_key text not null, created_at bigint not null)`,
];
