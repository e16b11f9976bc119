import type { ServiceRecord, ServiceRef } from "../service-store.ts";
import type { Session } from "../session.ts";

export async function getService(
  session: Session,
  { account, name }: ServiceRef,
): Promise<ServiceRecord | undefined> {
  const [service] = await services(session, { account, name });
  return service;
}

export function listServices(session: Session, account?: string): Promise<ServiceRecord[]> {
  return services(session, account === undefined ? {} : { account });
}

async function services(
  { db }: Session,
  { account, name }: Partial<ServiceRef>,
): Promise<ServiceRecord[]> {
  let wanted = db.selectFrom("services").selectAll().orderBy("account").orderBy("name");
  let environments = db.selectFrom("service_environments").selectAll().orderBy("name");
  let images = db.selectFrom("service_images").selectAll().orderBy("used_at", "desc");
  if (account !== undefined) {
    wanted = wanted.where("account", "=", account);
    environments = environments.where("account", "=", account);
    images = images.where("account", "=", account);
  }
  if (name !== undefined) {
    wanted = wanted.where("name", "=", name);
    environments = environments.where("service", "=", name);
    images = images.where("service", "=", name);
  }
  const rows = await wanted.execute();
  const environmentsOf = byService(await environments.execute());
  const imagesOf = byService(await images.execute());
  return rows.map(({ account, name, image, config, env, credentials, ...row }) => ({
    account,
    name,
    spawn: {
      ...JSON.parse(config),
      ...(image === null ? {} : { image }),
      env: JSON.parse(env),
      ...(credentials === null ? {} : { credentials: JSON.parse(credentials) }),
    },
    environments: environmentsOf(account, name).map((each) => ({
      name: each.name,
      image: each.image,
      cluster: each.cluster,
      createdAt: each.created_at,
      lastSpawnedAt: each.last_spawned_at,
    })),
    images: imagesOf(account, name).map(({ image, used_at }) => ({ image, usedAt: used_at })),
    createdAt: row.created_at,
    lastSpawnedAt: row.last_spawned_at,
  }));
}

/** The rows of each service, in their order. */
function byService<Row extends { account: string; service: string }>(rows: readonly Row[]) {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const of = `${row.account}/${row.service}`;
    const group = groups.get(of) ?? [];
    group.push(row);
    groups.set(of, group);
  }
  return (account: string, name: string) => groups.get(`${account}/${name}`) ?? [];
}
