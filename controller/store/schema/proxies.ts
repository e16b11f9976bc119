/** What each proxy is and how busy it says it is; version is null until it says so. */
export const proxies: readonly string[] = [
  "cluster text",
  "version text",
  "connected_at bigint",
  "connections integer not null default 0",
  "requests_open integer not null default 0",
  "active_backends integer not null default 0",
  "requests_per_second double precision not null default 0",
].map((column) => `alter table proxies add column ${column}`);
