import type { Selectable } from "kysely";
import type { Connection, Session } from "../session.ts";
import type { Tables } from "../tables.ts";

/**
 * A drone's row, which nobody else may change until the transaction ends. Whoever changes a drone's
 * backends locks it first, so that no two of them wait for each other.
 */
export async function lockDrone(
  tx: Connection,
  { dialect }: Session,
  name: string,
): Promise<(Selectable<Tables["drones"]> & { now: number }) | undefined> {
  return await tx
    .selectFrom("drones")
    .selectAll()
    .select(dialect.now.as("now"))
    .where("name", "=", name)
    .$if(dialect.locksRows, (query) => query.forUpdate())
    .executeTakeFirst();
}

/** Every row, in the order of their names: who takes several takes them so. Returns the names. */
export async function lockAll(
  tx: Connection,
  { dialect }: Session,
  table: "drones" | "proxies",
): Promise<string[]> {
  const rows = await tx
    .selectFrom(table)
    .select("name")
    .orderBy("name")
    .$if(dialect.locksRows, (query) => query.forUpdate())
    .execute();
  return rows.map(({ name }) => name);
}
