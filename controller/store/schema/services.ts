/**
 * Named spawn configs. Env and credentials are needed for each spawn, so they are kept as they are, in
 * columns that no answer is made from.
 */
export const services: readonly string[] = [
  `create table services (
    account text not null, name text not null, image text, config text not null,
    env text not null, credentials text, created_at bigint not null, last_spawned_at bigint,
    primary key (account, name))`,
  `create table service_environments (
    account text not null, service text not null, name text not null, image text, cluster text,
    created_at bigint not null, last_spawned_at bigint,
    primary key (account, service, name))`,
  `create table service_images (
    account text not null, service text not null, image text not null, used_at bigint not null,
    primary key (account, service, image))`,
];
