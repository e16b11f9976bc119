import type { Session } from "../session.ts";
import type { Census } from "../store.ts";

/** Each part by an index that holds what is live or pending only: what has ended costs nothing. */
export async function census({ db }: Session): Promise<Census> {
  const backends = await db
    .selectFrom("backends")
    .select(["status", ({ fn }) => fn.countAll<number>().as("count")])
    .where("status", "<>", "terminated")
    .groupBy("status")
    .execute();
  const pending = await db
    .selectFrom("actions")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("acked_at", "is", null)
    .where("refused_at", "is", null)
    .executeTakeFirstOrThrow();
  return {
    backends: new Map(backends.map(({ status, count }) => [status, count])),
    pendingActions: pending.count,
  };
}
