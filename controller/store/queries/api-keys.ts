import type { Session } from "../session.ts";
import type { ApiKeyScope } from "../store.ts";

export async function insertApiKey(
  { db, dialect }: Session,
  key: { id: string; hash: string; scope: ApiKeyScope },
): Promise<void> {
  await db
    .insertInto("api_keys")
    .values({ ...key, created_at: dialect.now })
    .onConflict((conflict) => conflict.column("hash").doNothing())
    .execute();
}

export async function findApiKey(
  { db }: Session,
  hash: string,
): Promise<{ id: string; scope: ApiKeyScope } | undefined> {
  const row = await db
    .selectFrom("api_keys")
    .select(["id", "scope"])
    .where("hash", "=", hash)
    .executeTakeFirst();
  return row && { id: row.id, scope: row.scope as ApiKeyScope };
}
