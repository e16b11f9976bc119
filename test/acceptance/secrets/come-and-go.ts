import type { ConnectResponse } from "../../../src/protocol/connect.ts";
import { SESSION_REQUEST_HEADER } from "../../../src/protocol/session-header.ts";
import { PLANTED } from "./planted.ts";
import type { SecretSite } from "./secret-site.ts";

/** A key, and a session of it; both are used and then revoked. */
export async function keyComesAndGoes(site: SecretSite): Promise<void> {
  const wish = { name: "ada", scopes: ["read"] };
  const { id, key } = await site.grant<{ id: string; key: string }>("/v1/api-keys", {
    method: "POST",
    body: wish,
  });
  const opened = { method: "POST", key: null, body: { key } };
  const { cookie } = await site.grant<{ cookie: string }>("/v1/session", opened);
  const bySession = { key: null, headers: { cookie, [SESSION_REQUEST_HEADER]: "1" } };
  await site.send("/v1/session", bySession);
  await site.send("/dashboard", bySession);
  await site.send("/v1/session", { key });
  await site.send(`/v1/api-keys/${id}`, { method: "DELETE" });
  await site.send("/v1/session", bySession);
}

const SERVICE = "/v2/service/acme/board";

/** A service that keeps secrets, and backends of it by Jamsocket's and Plane's routes. */
export async function serviceComes(site: SecretSite, image: string): Promise<string[]> {
  const spawn = {
    image,
    env: { PASSWORD: PLANTED.serviceEnv },
    credentials: { username: "ada", password: PLANTED.servicePassword },
  };
  const environments = { staging: { image } };
  const body = { account: "acme", name: "board", spawn, environments };
  await site.send("/v1/services", { method: "POST", body });
  await site.send("/v1/services", { method: "POST", body });
  await site.send("/v1/services/board?account=acme", { method: "PUT", body: { spawn } });
  await site.send(`${SERVICE}/update`, { method: "POST", body: { image_tag: image } });
  const wrong = { image_tag: `https://ada:${PLANTED.image}@registry.example.com/app` };
  await site.send(`${SERVICE}/update`, { method: "POST", body: wrong });
  const env = { MORE: PLANTED.env };
  const auth = { card: PLANTED.auth };
  const connects: [string, object][] = [
    [`${SERVICE}/connect`, { key: "a", auth, spawn: { executable: { env } } }],
    ["/user/acme/service/board/spawn", { lock: "b", env }],
    ["/ctrl/connect", { auth, spawn_config: { executable: { image, env } } }],
  ];
  const ids: string[] = [];
  for (const [path, connect] of connects) {
    const asking = { method: "POST", body: connect };
    const answer = await site.grant<ConnectResponse & { name?: string }>(path, asking);
    ids.push(answer.backend_id ?? answer.name);
  }
  for (const path of ["/v1/services", "/v1/services/board?account=acme", SERVICE]) {
    await site.send(path);
  }
  for (const path of [`${SERVICE}/images`, "/v2/account/acme/services"]) await site.send(path);
  for (const path of ["/v2/account/acme/backends", "/service/acme/board/image-name"]) {
    await site.send(path);
  }
  return ids;
}
