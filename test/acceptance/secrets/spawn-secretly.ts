import { expect } from "vitest";
import type { ConnectResponse } from "../../../src/protocol/connect.ts";
import { PLANTED, SECRET_SPAWN } from "./planted.ts";
import type { SecretSite } from "./secret-site.ts";

/** Backends that are given secrets and visited with some: of a key, with a static token, and those that fail. */
export async function spawnSecretly(
  site: SecretSite,
  image: string,
  failing: readonly object[],
): Promise<string[]> {
  const good = [
    await site.connect(
      { ...SECRET_SPAWN, image },
      { key: { name: "doc" }, auth: { card: PLANTED.auth } },
    ),
    await site.connect({ ...SECRET_SPAWN, image, use_static_token: true }),
  ];
  const bad: ConnectResponse[] = [];
  for (const spawn of failing) bad.push(await site.connect({ ...SECRET_SPAWN, image, ...spawn }));
  expect(good.map(({ status }) => status)).toEqual(["ready", "ready"]);
  expect(bad.map(({ status }) => status)).toEqual(bad.map(() => "terminated"));
  for (const { backend_id, token } of good) {
    const asked = `/${token}/?a=${PLANTED.token}`;
    expect((await site.visit(backend_id, { path: asked })).status).toBeLessThan(400);
    const refused = [
      { path: `/${PLANTED.token}/` },
      { headers: { cookie: `hangar=${PLANTED.token}` } },
      { headers: { authorization: `Bearer ${PLANTED.token}` } },
    ];
    for (const question of refused) {
      expect((await site.visit(backend_id, question)).status).toBeGreaterThanOrEqual(400);
    }
  }
  return [...good, ...bad].map(({ backend_id }) => backend_id);
}

/** Everything that is told of backends while they live and when they have ended, in each of the APIs. */
export async function askAll(site: SecretSite, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    for (const what of ["", "/status", "/idle", "/tokens", "/logs", "/metrics"]) {
      await site.send(`/v1/backends/${id}${what}`);
    }
    await site.send(`/v2/backend/${id}`);
    const body = { hard: true };
    await site.send(`/v1/backends/${id}/terminate`, { method: "POST", body });
    // They end once the backend has.
    await site.send(`/v1/backends/${id}/status/stream`);
    for (const path of [`/pub/b/${id}/status-stream`, `/v2/backend/${id}/status/stream`]) {
      await site.send(path, { key: null });
    }
    for (const path of [`/v1/backends/${id}`, `/v2/backend/${id}`, `/backend/${id}/status`]) {
      await site.send(path);
    }
  }
}

/** All lists that there are. */
export async function askLists(site: SecretSite): Promise<void> {
  for (const path of [
    ...["backends", "drones", `drones/${site.droneName}`, "proxies", "controllers", "cluster"],
    ...["api-keys", "events?limit=1000", "metrics", "services"],
  ]) {
    await site.send(`/v1/${path}`);
  }
  await site.send("/ctrl/status");
  await site.send("/ctrl/c/localhost:9090/state");
  const trail = await site.send("/v1/audit?limit=1000");
  for (const action of ["backend.spawn", "backend.terminate"]) expect(trail).toContain(action);
}
