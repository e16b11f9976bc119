import type { Transaction } from "kysely";
import type { ServiceSpawn } from "../../../src/protocol/service.ts";
import type { Actor } from "../access-store.ts";
import type { ImageChange, ServiceRef, ServiceWish } from "../service-store.ts";
import { inTransaction, type Session } from "../session.ts";
import type { Tables } from "../tables.ts";
import { writeAudit } from "./audit.ts";

/** So many of the images that a service was told to use are remembered. */
const KEPT_IMAGES = 50;

export async function createService(
  session: Session,
  ref: ServiceRef,
  wish: ServiceWish,
  by?: Actor,
): Promise<boolean> {
  return await inTransaction(session, async (tx) => {
    const created = await tx
      .insertInto("services")
      .values({ ...ref, ...columnsOf(wish.spawn), created_at: session.dialect.now })
      .onConflict((conflict) => conflict.columns(["account", "name"]).doNothing())
      .returning("name")
      .executeTakeFirst();
    if (created === undefined) return false;
    await setEnvironments(session, tx, ref, wish);
    await writeAudit(tx, session, by, { action: "service.create", ...about(ref) });
    return true;
  });
}

export async function putService(
  session: Session,
  ref: ServiceRef,
  wish: ServiceWish,
  by?: Actor,
): Promise<void> {
  const { env, credentials, ...rest } = columnsOf(wish.spawn);
  await inTransaction(session, async (tx) => {
    await tx
      .insertInto("services")
      .values({ ...ref, ...rest, env, credentials, created_at: session.dialect.now })
      .onConflict((conflict) =>
        conflict.columns(["account", "name"]).doUpdateSet({
          ...rest,
          ...(wish.spawn.env === undefined ? {} : { env }),
          ...(wish.spawn.credentials === undefined ? {} : { credentials }),
        }),
      )
      .execute();
    await setEnvironments(session, tx, ref, wish);
    await writeAudit(tx, session, by, { action: "service.update", ...about(ref) });
  });
}

function about({ account, name }: ServiceRef) {
  const target = `${account}/${name}`;
  return { target, namespace: target };
}

function columnsOf({ image, env, credentials, ...config }: ServiceSpawn) {
  return {
    image: image ?? null,
    config: JSON.stringify(config),
    env: JSON.stringify(env ?? {}),
    credentials: credentials === undefined ? null : JSON.stringify(credentials),
  };
}

async function setEnvironments(
  session: Session,
  tx: Transaction<Tables>,
  ref: ServiceRef,
  { spawn, environments }: ServiceWish,
): Promise<void> {
  const names = Object.keys(environments);
  const others = tx
    .deleteFrom("service_environments")
    .where("account", "=", ref.account)
    .where("service", "=", ref.name);
  await (names.length === 0 ? others : others.where("name", "not in", names)).execute();
  for (const [name, { image = null, cluster = null }] of Object.entries(environments)) {
    await upsertEnvironment(session, tx, ref, name, { image, cluster });
  }
  const images = [spawn.image, ...Object.values(environments).map(({ image }) => image)];
  for (const image of images) if (image !== undefined) await rememberImage(session, tx, ref, image);
}

async function upsertEnvironment(
  { dialect }: Session,
  tx: Transaction<Tables>,
  { account, name: service }: ServiceRef,
  name: string,
  overrides: { image: string | null; cluster?: string | null },
): Promise<void> {
  await tx
    .insertInto("service_environments")
    .values({ account, service, name, ...overrides, created_at: dialect.now })
    .onConflict((conflict) =>
      conflict.columns(["account", "service", "name"]).doUpdateSet(overrides),
    )
    .execute();
}

async function rememberImage(
  { dialect }: Session,
  tx: Transaction<Tables>,
  { account, name: service }: ServiceRef,
  image: string,
): Promise<void> {
  await tx
    .insertInto("service_images")
    .values({ account, service, image, used_at: dialect.now })
    .onConflict((conflict) =>
      conflict.columns(["account", "service", "image"]).doUpdateSet({ used_at: dialect.now }),
    )
    .execute();
  const latest = tx
    .selectFrom("service_images")
    .select("image")
    .where("account", "=", account)
    .where("service", "=", service)
    .orderBy("used_at", "desc")
    .limit(KEPT_IMAGES);
  await tx
    .deleteFrom("service_images")
    .where("account", "=", account)
    .where("service", "=", service)
    .where("image", "not in", latest)
    .where("image", "<>", image)
    .execute();
}

export async function setServiceImage(
  session: Session,
  ref: ServiceRef,
  environment: string | null,
  { from, to: image }: ImageChange,
  by?: Actor,
): Promise<boolean> {
  return await inTransaction(session, async (tx) => {
    const current = await lockedImage(tx, ref, environment);
    if (current === undefined || current.image !== (from ?? null)) return false;
    if (environment === null) {
      await tx
        .updateTable("services")
        .set({ image })
        .where("account", "=", ref.account)
        .where("name", "=", ref.name)
        .execute();
    } else await upsertEnvironment(session, tx, ref, environment, { image });
    await rememberImage(session, tx, ref, image);
    const details = { image, ...(environment === null ? {} : { environment }) };
    await writeAudit(tx, session, by, { action: "service.update", ...about(ref), details });
    return true;
  });
}

/** What is spawned there now, and until the commit: whoever sets another image waits for the service's row. */
async function lockedImage(
  tx: Transaction<Tables>,
  { account, name }: ServiceRef,
  environment: string | null,
): Promise<{ image: string | null } | undefined> {
  const service = await tx
    .updateTable("services")
    .set((eb) => ({ image: eb.ref("image") }))
    .where("account", "=", account)
    .where("name", "=", name)
    .returning("image")
    .executeTakeFirst();
  if (service === undefined || environment === null) return service;
  const own = await tx
    .selectFrom("service_environments")
    .select("image")
    .where("account", "=", account)
    .where("service", "=", name)
    .where("name", "=", environment)
    .executeTakeFirst();
  return { image: own?.image ?? service.image };
}

export async function recordServiceSpawn(
  { db, dialect }: Session,
  { account, name }: ServiceRef,
  environment: string | null,
): Promise<void> {
  await db
    .updateTable("services")
    .set({ last_spawned_at: dialect.now })
    .where("account", "=", account)
    .where("name", "=", name)
    .execute();
  if (environment === null) return;
  await db
    .updateTable("service_environments")
    .set({ last_spawned_at: dialect.now })
    .where("account", "=", account)
    .where("service", "=", name)
    .where("name", "=", environment)
    .execute();
}

export async function deleteService(
  session: Session,
  { account, name }: ServiceRef,
  by?: Actor,
): Promise<boolean> {
  return await inTransaction(session, async (tx) => {
    for (const table of ["service_environments", "service_images"] as const) {
      await tx
        .deleteFrom(table)
        .where("account", "=", account)
        .where("service", "=", name)
        .execute();
    }
    const deleted = await tx
      .deleteFrom("services")
      .where("account", "=", account)
      .where("name", "=", name)
      .returning("name")
      .executeTakeFirst();
    if (deleted === undefined) return false;
    await writeAudit(tx, session, by, { action: "service.delete", ...about({ account, name }) });
    return true;
  });
}
