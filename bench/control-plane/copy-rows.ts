import type { BackendId } from "../../src/protocol/ids.ts";

/** What both databases are asked in the same words. */
export interface SqlConnection {
  columnsOf(table: string): Promise<string[]>;
  run(sql: string): Promise<void>;
}

// As names.ts spells them.
const ID = "'b' || substr(cast(10000000000000 + n as text), 2)";
const KEY_NAME = "'document-' || n";

/**
 * Makes many live backends of one that was spawned through the API and is ready: each row that it has
 * is copied, under another name. Spawning 100,000 would take minutes, and leave the same rows.
 */
export async function copyRows(
  sql: SqlConnection,
  template: BackendId,
  { live, drones }: { live: number; drones: number },
): Promise<void> {
  const drone = `'dr-' || (n % ${drones})`;
  const copies = [
    { table: "backends", of: "id", set: { id: ID, namespace: "''", key_name: KEY_NAME, drone } },
    { table: "keys", of: "backend_id", set: { backend_id: ID, namespace: "''", name: KEY_NAME } },
    { table: "timeline", of: "backend_id", set: { backend_id: ID } },
    { table: "actions", of: "backend_id", set: { id: `${ID} || '.spawn'`, backend_id: ID, drone } },
    { table: "tokens", of: "backend_id", set: { hash: "'copy-' || n", backend_id: ID } },
  ];
  for (const { table, of, set } of copies) {
    const columns = (await sql.columnsOf(table)).filter((column) => column !== "seq");
    const values = columns.map((column) => (set as Record<string, string>)[column] ?? column);
    await sql.run(`
      with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n + 1 < ${live})
      insert into ${table} (${columns}) select ${values} from ${table}, numbers where ${of} = '${template}'`);
  }
  // No lease runs out while nobody is there: each drone asks for its own once it is back.
  const onDrone = "from backends where backends.drone = drones.name and status <> 'terminated'";
  await sql.run(`
    update drones set lease_expires_at = null, live_backends = (select count(*) ${onDrone}),
      promised_millicpus = (select coalesce(sum(millicpus), 0) ${onDrone}),
      promised_memory = (select coalesce(sum(memory_bytes), 0) ${onDrone})`);
}
