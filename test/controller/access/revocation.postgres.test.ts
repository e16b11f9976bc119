import { expect, test } from "vitest";
import type { CreatedApiKey } from "../../../src/protocol/api-key.ts";
import { aDatabase } from "../../harness/postgres-database.ts";
import { ScriptedPeer } from "../../harness/scripted-peer.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { aController, CLUSTER } from "../a-controller.ts";

test("what one controller revokes no other lets in, and what is open there by its right is closed", async () => {
  const database = await aDatabase();
  await using one = await aController({ database });
  await using other = await aController({ database });
  const request = { name: "x", scopes: ["proxy", "read"] };
  const made = await one.call("POST", "/v1/api-keys", request);
  const { id, key } = made.body as CreatedApiKey;
  const { url } = other.controller;
  const about = { proxy: "px-one", cluster: CLUSTER };
  await using socket = await ScriptedPeer.dial({ url, key }, "proxy", about);
  const ask = async () => (await other.call("GET", "/v1/session", undefined, key)).status;
  expect(await ask()).toBe(200);
  const opened = await fetch(`${url}/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key }),
  });
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  const askSignedIn = async (at: string) =>
    (await fetch(`${at}/v1/session`, { headers: { cookie } })).status;
  for (const at of [url, one.controller.url]) expect(await askSignedIn(at)).toBe(200);

  const revokedMs = performance.now();
  expect((await one.call("DELETE", `/v1/api-keys/${id}`)).status).toBe(200);
  expect(await askSignedIn(one.controller.url)).toBe(401);
  await waitFor("the news to arrive", async () => (await ask()) === 401, 4_000);
  expect(await askSignedIn(url)).toBe(401);
  expect(await socket.closed).toBe(4411);
  // By the news, and not because what was read is believed for so long only.
  expect(performance.now() - revokedMs).toBeLessThan(4_000);
});
