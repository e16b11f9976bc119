import { expect, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { createClient } from "../../src/client/client.ts";
import { HangarError } from "../../src/client/hangar-error.ts";
import { answer, hangUp, refuse, scriptedApi } from "./scripted-api.ts";

const spawn = { image: "hangar/echo" };

test("a connect posts the request with the key as bearer", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": answer({ backend_id: "b1" }) });
  const client = createClient({ url: `${api.url}/`, key: "hak_1" });
  expect(await client.connect({ key: { name: "doc" }, spawn })).toEqual({ backend_id: "b1" });
  expect(api.asked).toMatchObject([
    {
      path: "/v1/connect",
      headers: { authorization: "Bearer hak_1" },
      body: { key: { name: "doc" }, spawn },
    },
  ]);
});

test("a refusal is a HangarError with all that the API says", async () => {
  await using api = await scriptedApi({
    "POST /v1/connect": refuse(503, "no-drone-available", "no drone", {
      details: { drones: [] },
      headers: { "retry-after": "7" },
    }),
  });
  const refused = createClient({ url: api.url }).connect({ spawn });
  await expect(refused).rejects.toThrow(HangarError);
  await expect(refused).rejects.toMatchObject({
    code: "no-drone-available",
    message: "no drone",
    status: 503,
    id: "err1",
    details: { drones: [] },
    retryAfterSeconds: 7,
  });
  expect(api.asked).toHaveLength(1);
});

test.each([
  ["a page with 200", 200, "<html>"],
  ["a page with 500", 500, "<html>"],
  ["JSON of another shape", 500, '{"error":"nope"}'],
])("%s is told as an answer that is not this API's", async (_, status, body) => {
  await using api = await scriptedApi({
    "GET /v1/drones": (response) => void response.writeHead(status).end(body),
  });
  await expect(createClient({ url: api.url }).listDrones()).rejects.toMatchObject({
    code: "unexpected-answer",
    status,
  });
});

test("a list is read page by page, with its filters", async () => {
  await using api = await scriptedApi({
    "GET /v1/backends": [
      answer({ backends: [{ id: "a" }, { id: "b" }], next_cursor: "next" }),
      answer({ backends: [{ id: "c" }], next_cursor: null }),
    ],
  });
  const ids: string[] = [];
  const filter = { status: ["ready", "waiting"], namespace: "n s", labels: { team: "x" } } as const;
  for await (const { id } of createClient({ url: api.url }).listBackends(filter)) ids.push(id);
  expect(ids).toEqual(["a", "b", "c"]);
  expect(api.asked.map(({ path }) => path)).toEqual([
    "/v1/backends?status=ready&status=waiting&namespace=n+s&label=team%3Dx",
    "/v1/backends?status=ready&status=waiting&namespace=n+s&cursor=next&label=team%3Dx",
  ]);
});

test("a list that is not read to its end asks for no more pages", async () => {
  await using api = await scriptedApi({
    "GET /v1/backends": answer({ backends: [{ id: "a" }], next_cursor: "next" }),
  });
  for await (const _ of createClient({ url: api.url }).listBackends()) break;
  expect(api.asked).toHaveLength(1);
});

test("a read is tried again after a broken connection and while the API is unavailable", async () => {
  await using api = await scriptedApi({
    "GET /v1/drones": [
      hangUp,
      refuse(503, "unavailable", "database away"),
      answer({ drones: [{ name: "d" }] }),
    ],
  });
  expect(await createClient({ url: api.url }).listDrones()).toEqual([{ name: "d" }]);
  expect(api.asked).toHaveLength(3);
});

test("a connect without a key is not sent twice, for it would spawn twice", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": hangUp });
  const client = createClient({ url: api.url });
  await expect(client.connect({ spawn })).rejects.toMatchObject({ code: "unreachable" });
  expect(api.asked).toHaveLength(1);
});

test("a connect with a key is sent again, for it finds what the first one spawned", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": [hangUp, answer({})] });
  await createClient({ url: api.url }).connect({ key: { name: "doc" }, spawn });
  expect(api.asked).toHaveLength(2);
});

test("a controller that is away is an error that names its address", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  await expect(createClient({ url }).health()).rejects.toMatchObject({
    code: "unreachable",
    message: `cannot reach ${url}: ECONNREFUSED`,
    neverSent: true,
  });
});

test("an aborted call rejects with the signal's reason", async () => {
  const stop = new AbortController();
  await using api = await scriptedApi({
    "GET /v1/drones": () => stop.abort(new Error("enough")),
  });
  const call = createClient({ url: api.url }).listDrones({ signal: stop.signal });
  await expect(call).rejects.toThrow("enough");
});

test("each call of the lifecycle goes to its route, with its body", async () => {
  await using api = await scriptedApi({
    "GET /v1/backends/b1/idle": answer({ goes_at: 5 }),
    "POST /v1/backends/b1/prevent-renew": answer({ lease: { renewable: false } }),
    "POST /v1/drones/dr-a/drain": answer({ draining: true }),
    "POST /v1/drones/dr-a/undrain": answer({ draining: false }),
    "GET /v1/controllers": answer({ controllers: [{ id: "co-a" }] }),
  });
  const client = createClient({ url: api.url });
  expect(await client.idle("b1")).toEqual({ goes_at: 5 });
  expect(await client.preventRenew("b1")).toEqual({ lease: { renewable: false } });
  expect(await client.drain("dr-a")).toEqual({ draining: true });
  await client.drain("dr-a", { terminate_after_seconds: 60 });
  expect(await client.undrain("dr-a")).toEqual({ draining: false });
  expect(await client.listControllers()).toEqual([{ id: "co-a" }]);
  const bodies = api.asked.flatMap(({ path, body }) => (path.endsWith("/drain") ? [body] : []));
  expect(bodies).toEqual([{}, { terminate_after_seconds: 60 }]);
});
