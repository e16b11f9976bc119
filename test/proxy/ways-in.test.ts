import { expect, test } from "vitest";
import { ask } from "./harness/ask.ts";
import type { Seen } from "./harness/echo-backend.ts";
import { CLUSTER_HOST, HOST, startFixture } from "./harness/proxy-fixture.ts";
import { BACKEND, routeTo, STATIC_TOKEN, TOKEN } from "./harness/scripted-controller.ts";

test("a path token on the backend's own host lets in and is taken off the path", async () => {
  await using fixture = await startFixture();
  const reply = await ask(fixture.port, { path: `/${TOKEN}/a%20b?c=d`, headers: { host: HOST } });
  expect(reply.status).toBe(200);
  const seen = JSON.parse(reply.body) as Seen;
  expect(seen.url).toBe("/a%20b?c=d");
  expect(seen.headers).toMatchObject({
    host: HOST,
    "x-verified-path": `/${TOKEN}/a%20b`,
    "x-verified-backend": BACKEND,
    "x-verified-username": "ada",
    "x-verified-user-data": '{"role":"editor"}',
    "x-verified-secret": "hsec_secret",
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-proto": "http",
    "x-forwarded-host": HOST,
    "x-forwarded-port": "9090",
  });
  expect(reply.headers["x-hangar-backend"]).toBe(BACKEND);
  expect(reply.headers["access-control-allow-origin"]).toBe("*");
  expect(fixture.controller.asked).toMatchObject([{ label: BACKEND, token: TOKEN }]);
  expect(fixture.controller.problems).toEqual([]);
});

test("a static token stays in the path and sets no cookie", async () => {
  await using fixture = await startFixture();
  fixture.controller.answer = () => routeTo(fixture.backend.port, { access: { kind: "static" } });
  const reply = await ask(fixture.port, { path: `/${STATIC_TOKEN}/x`, headers: { host: HOST } });
  expect((JSON.parse(reply.body) as Seen).url).toBe(`/${STATIC_TOKEN}/x`);
  expect(reply.headers["set-cookie"]).toBeUndefined();
});

test("a path token on the cluster's host lets in without a cookie", async () => {
  await using fixture = await startFixture();
  const reply = await ask(fixture.port, { path: `/${TOKEN}/x`, headers: { host: CLUSTER_HOST } });
  expect(reply.status).toBe(200);
  expect(reply.headers["set-cookie"]).toBeUndefined();
  expect(fixture.controller.asked).toMatchObject([{ token: TOKEN }]);
  expect(fixture.controller.asked[0]).not.toHaveProperty("label");
});
