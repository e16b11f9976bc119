/** Up to which place of the timeline some of it was deleted. */
export const events: readonly string[] = [
  "create table forgotten_events (one integer primary key, seq bigint not null)",
  "insert into forgotten_events (one, seq) values (1, 0)",
];
