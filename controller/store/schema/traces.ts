/** The `traceparent` of the connect that has spawned a backend or made a token, if it is traced. */
export const traces: readonly string[] = ["backends", "tokens"].map(
  (table) => `alter table ${table} add column traceparent text`,
);
