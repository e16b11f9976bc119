import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Session } from "../session.ts";
import type { StrandedSpawn } from "../store.ts";

export async function refusals({ db }: Session, id: BackendId): Promise<StrandedSpawn["refusals"]> {
  const spawn = await db
    .selectFrom("actions")
    .select("refusals")
    .where("backend_id", "=", id)
    .where("verb", "=", "spawn")
    .executeTakeFirst();
  return JSON.parse(spawn?.refusals ?? "[]");
}
