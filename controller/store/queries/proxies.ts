import { sql } from "kysely";
import type { ProxyLoad } from "../../../src/protocol/proxy.ts";
import type { ProxyRecord, ProxyTold } from "../fleet-store.ts";
import type { Connection, Session } from "../session.ts";

/** False if the proxy is not known: only one that says everything may be a new one. */
export async function hearFrom(
  tx: Connection,
  { dialect }: Session,
  name: string,
  complete: boolean,
  { cluster, version, load }: Partial<ProxyTold> = {},
): Promise<boolean> {
  const heard = { last_seen_at: dialect.now, ...(load === undefined ? {} : columnsOf(load)) };
  if (complete) {
    const news = { ...heard, cluster: cluster ?? null, version: version ?? null };
    const row = { ...news, connected_at: dialect.now };
    await tx
      .insertInto("proxies")
      .values({ name, ...row })
      .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
      .execute();
    return true;
  }
  const known = await tx
    .updateTable("proxies")
    .set(heard)
    .where("name", "=", name)
    .returning("name")
    .executeTakeFirst();
  return known !== undefined;
}

/** One by one: what came over a socket may hold more. */
function columnsOf(load: ProxyLoad): ProxyLoad {
  const { connections, requests_open, active_backends, requests_per_second } = load;
  return { connections, requests_open, active_backends, requests_per_second };
}

export async function listProxies({ db, dialect }: Session): Promise<ProxyRecord[]> {
  const rows = await db
    .selectFrom("proxies")
    .selectAll()
    .select(({ ref }) => sql<number>`${dialect.now} - ${ref("last_seen_at")}`.as("heard_age"))
    .where("version", "is not", null)
    .orderBy("name")
    .execute();
  return rows.map((row) => ({
    name: row.name.split("/", 1)[0] ?? row.name,
    cluster: row.cluster ?? "",
    version: row.version ?? "",
    connectedAt: row.connected_at ?? row.last_seen_at,
    heardAgeMs: row.heard_age,
    load: columnsOf(row),
  }));
}
