import { sql } from "kysely";
import { ORDER_RETRY_CAP_MS, ORDER_RETRY_MS } from "../../../src/protocol/timings.ts";
import type { KeptCertificate, OrderClaim } from "../acme-store.ts";
import { inTransaction, type Session } from "../session.ts";
import { after, type SqlDialect } from "../sql-dialect.ts";

export async function claimOrder(
  { db, dialect }: Session,
  domain: string,
  holder: string,
  ttlMs: number,
): Promise<OrderClaim> {
  const mine = held(dialect, holder);
  const granted = await db
    .insertInto("acme_orders")
    .values({
      domain,
      holder,
      expires_at: after(dialect, ttlMs),
      retry_ms: ORDER_RETRY_MS,
      not_before: after(dialect, ORDER_RETRY_MS),
      challenge: "[]",
    })
    .onConflict((conflict) =>
      conflict
        .column("domain")
        .doUpdateSet({
          holder,
          expires_at: after(dialect, ttlMs),
          retry_ms: sql`case when ${mine} then acme_orders.retry_ms else ${nextRetryMs} end`,
          not_before: sql`case when ${mine} then acme_orders.not_before
            else ${dialect.now} + ${nextRetryMs} end`,
          challenge: sql`case when ${mine} then acme_orders.challenge else '[]' end`,
        })
        .where(
          sql<boolean>`(${mine} or (acme_orders.expires_at <= ${dialect.now}
            and acme_orders.not_before <= ${dialect.now}))`,
        ),
    )
    .returning("domain")
    .executeTakeFirst();
  if (granted !== undefined) return { kind: "granted" };
  const row = await db
    .selectFrom("acme_orders")
    .select(({ ref }) =>
      sql<number>`${dialect.greatest(ref("expires_at"), ref("not_before"))} - ${dialect.now}`.as(
        "retry_in",
      ),
    )
    .where("domain", "=", domain)
    .executeTakeFirst();
  return { kind: "refused", retryInMs: Math.max(0, row?.retry_in ?? 0) };
}

const nextRetryMs = sql<number>`case when acme_orders.retry_ms = 0 then ${sql.lit(ORDER_RETRY_MS)}
  when acme_orders.retry_ms * 2 > ${sql.lit(ORDER_RETRY_CAP_MS)} then ${sql.lit(ORDER_RETRY_CAP_MS)}
  else acme_orders.retry_ms * 2 end`;

function held({ now }: SqlDialect, holder: string) {
  return sql<boolean>`(acme_orders.holder = ${holder} and acme_orders.expires_at > ${now})`;
}

export async function releaseOrder(
  { db, dialect }: Session,
  domain: string,
  holder: string,
): Promise<void> {
  await db
    .updateTable("acme_orders")
    .set({ expires_at: 0, challenge: "[]" })
    .where("domain", "=", domain)
    .where(held(dialect, holder))
    .execute();
}

export async function setChallenge(
  { db, dialect }: Session,
  domain: string,
  holder: string,
  values: readonly string[],
): Promise<boolean> {
  const row = await db
    .updateTable("acme_orders")
    .set({ challenge: JSON.stringify(values) })
    .where("domain", "=", domain)
    .where(held(dialect, holder))
    .returning("domain")
    .executeTakeFirst();
  return row !== undefined;
}

export async function challengeOf({ db, dialect }: Session, domain: string): Promise<string[]> {
  const row = await db
    .selectFrom("acme_orders")
    .select("challenge")
    .where("domain", "=", domain)
    .where("expires_at", ">", dialect.now)
    .executeTakeFirst();
  return row === undefined ? [] : JSON.parse(row.challenge);
}

export function putCertificate(
  session: Session,
  domain: string,
  holder: string,
  { id, directory, chain, key }: KeptCertificate,
): Promise<boolean> {
  const { dialect } = session;
  return inTransaction(session, async (tx) => {
    const row = await tx
      .updateTable("acme_orders")
      .set({ retry_ms: 0, not_before: 0 })
      .where("domain", "=", domain)
      .where(held(dialect, holder))
      .returning("domain")
      .executeTakeFirst();
    if (row === undefined) return false;
    const certificate = {
      certificate_id: id,
      directory,
      chain,
      private_key: key,
      kept_at: dialect.now,
    };
    await tx
      .insertInto("certificates")
      .values({ domain, ...certificate })
      .onConflict((conflict) => conflict.column("domain").doUpdateSet(certificate))
      .execute();
    return true;
  });
}

export async function getCertificate(
  { db, dialect }: Session,
  domain: string,
): Promise<(KeptCertificate & { ageMs: number }) | undefined> {
  const row = await db
    .selectFrom("certificates")
    .selectAll()
    .select(({ ref }) => sql<number>`${dialect.now} - ${ref("kept_at")}`.as("age"))
    .where("domain", "=", domain)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { certificate_id: id, directory, chain, private_key: key, age: ageMs } = row;
  return { id, directory, chain, key, ageMs };
}

export async function keepAccountKey(
  { db, dialect }: Session,
  directory: string,
  key: string,
): Promise<string> {
  await db
    .insertInto("acme_accounts")
    .values({ directory, private_key: key, created_at: dialect.now })
    .onConflict((conflict) => conflict.column("directory").doNothing())
    .execute();
  const kept = await db
    .selectFrom("acme_accounts")
    .select("private_key")
    .where("directory", "=", directory)
    .executeTakeFirstOrThrow();
  return kept.private_key;
}
