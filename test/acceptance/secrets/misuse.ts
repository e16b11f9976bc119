import { expect } from "vitest";
import { ScriptedPeer } from "../../harness/scripted-peer.ts";
import { PLANTED, SECRET_SPAWN } from "./planted.ts";
import type { SecretSite } from "./secret-site.ts";

/** Secrets where they do not belong, so that they are refused. */
export async function misuse(site: SecretSite): Promise<void> {
  await misuseBodies(site);
  await misplace(site);
  await misuseAddresses(site);
  const dial = { url: site.url, key: site.keys.drone };
  await using peer = await ScriptedPeer.dial(dial, "drone");
  peer.sayRaw(JSON.stringify({ type: "report", token: PLANTED.token, env: PLANTED.env }));
  expect(await peer.closed).toBe(4401);
}

const CONNECTS = ["/v1/connect", "/ctrl/connect", "/v2/service/acme/board/connect"];

async function misuseBodies(site: SecretSite): Promise<void> {
  for (const path of CONNECTS) {
    for (const body of [
      `{"spawn":{"env":{"PASSWORD":"${PLANTED.body}"`,
      `${PLANTED.body} is not JSON`,
      JSON.stringify(PLANTED.body),
      { key: { name: "doc" }, auth: PLANTED.auth },
    ]) {
      await refuse(site, path, { body });
    }
    const xml = { "content-type": "text/xml" };
    const body = `<password>${PLANTED.body}</password>`;
    await refuse(site, path, { headers: xml, body });
    await refuse(site, path, { key: PLANTED.apiKey, body: {} });
  }
  for (const wrong of [
    { env: { PASSWORD: { is: PLANTED.env } } },
    { env: { PASSWORD: `${PLANTED.env}\0` } },
    { env: { PASSWORD: PLANTED.env.padEnd(200_000, "x") } },
    { env: { [`${PLANTED.env}=`]: "" } },
    { env: [PLANTED.env] },
    { env: PLANTED.env },
    { credentials: { username: "ada", password: [PLANTED.password] } },
    { credentials: PLANTED.password },
    { ...SECRET_SPAWN, port: "x" },
    { ...SECRET_SPAWN, subdomain: "Not_a_label" },
    { ...SECRET_SPAWN, image: `ada:${PLANTED.image}@registry.example.com/app` },
    { ...SECRET_SPAWN, image: `https://ada:${PLANTED.image}@registry.example.com/app` },
  ]) {
    const spawn = { image: "app", ...wrong };
    await refuse(site, "/v1/connect", { body: { spawn } });
    await refuse(site, "/v1/services", { body: { name: "wrong", spawn } });
    await refuse(site, "/ctrl/connect", { body: { spawn_config: { executable: spawn } } });
    await refuse(site, CONNECTS[2] ?? "", { body: { spawn: { executable: spawn } } });
  }
}

/** A connect that fits, but nobody can serve. */
async function misplace(site: SecretSite): Promise<void> {
  const spawn = { ...SECRET_SPAWN, image: "app", pool: "there-is-none" };
  await refuse(site, "/v1/connect", { body: { spawn } });
}

async function refuse(site: SecretSite, path: string, asking: object): Promise<void> {
  await site.send(path, { method: "POST", ...asking });
}

async function misuseAddresses(site: SecretSite): Promise<void> {
  for (const path of [
    `/v1/${PLANTED.token}/x?key=${PLANTED.apiKey}`,
    `/v1/backends/${PLANTED.token}`,
    `/v1/backends?label=${PLANTED.token}`,
    `/v1/backends?cursor=${PLANTED.token}`,
    `/v1/services/${PLANTED.token}`,
    `/v1/drones/${PLANTED.token}`,
    `/v1/%zz${PLANTED.token}`,
    `/v2/backend/${PLANTED.token}`,
    `/v2/service/${PLANTED.token}/x`,
    `/pub/b/${PLANTED.token}/status`,
    `/dashboard/${PLANTED.token}`,
    `/dashboard/assets/${PLANTED.token}.js`,
  ]) {
    await site.send(path);
  }
  await site.send(`/v1/api-keys/${PLANTED.apiKey}`, { method: "DELETE" });
  const session = `hangar_session=${PLANTED.session}`;
  for (const path of ["/v1/session", "/dashboard", "/v1/backends"]) {
    await site.send(path, { key: null, headers: { cookie: session } });
  }
  await refuse(site, "/v1/session", { key: null, body: { key: PLANTED.apiKey } });
}
