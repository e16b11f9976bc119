import { expect, test } from "vitest";
import type { CreatedApiKey } from "../../../src/protocol/api-key.ts";
import { openStream } from "../../harness/open-stream.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { aController } from "../a-controller.ts";

const MOST = 100;

test("a key of a namespace has so many streams open, and another key's are not counted", async () => {
  await using hangar = await aController();
  const { url, keys } = hangar.controller;
  const made = async (namespace: string) => {
    const body = { name: namespace, scopes: ["read"], namespace };
    return ((await hangar.call("POST", "/v1/api-keys", body)).body as CreatedApiKey).key;
  };
  const [blue, red] = [await made("blue"), await made("red")];
  const open = (key: string) => openStream(`${url}/v1/events`, key);
  const streams = await Promise.all(Array.from({ length: MOST }, () => open(blue)));
  expect(streams.filter(({ status }) => status !== 200)).toEqual([]);
  const refused = await hangar.call("GET", "/v1/events", undefined, blue);
  expect(refused).toMatchObject({ status: 429, body: { error: { code: "rate-limited" } } });
  expect(refused.headers.get("retry-after")).toBe("5");
  expect((await hangar.call("GET", "/v1/backends", undefined, blue)).status).toBe(200);
  for (const key of [red, keys.admin]) expect((await open(key)).status).toBe(200);
  streams[0]?.close();
  await waitFor("the one that was closed", async () => (await open(blue)).status === 200);
});
