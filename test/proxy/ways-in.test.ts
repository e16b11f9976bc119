import { describe, expect, test } from "vitest";
import type { RouteResult } from "../../src/protocol/proxy-messages.ts";
import { ask } from "./harness/ask.ts";
import type { Seen } from "./harness/echo-backend.ts";
import { CLUSTER_HOST, HOST, startFixture } from "./harness/proxy-fixture.ts";
import {
  BACKEND,
  OTHER_TOKEN,
  routeTo,
  STATIC_TOKEN,
  TOKEN,
  TOKEN_ID,
} from "./harness/scripted-controller.ts";

const FORBIDDEN: RouteResult = { kind: "refused", code: "forbidden", message: "not for this one" };
const COOKIE = { cookie: `a=1; hangar=${TOKEN}` };

function seenIn(reply: { body: string }): Seen {
  return JSON.parse(reply.body) as Seen;
}

describe("the ways in", () => {
  test("a path token on the backend's own host lets in and is taken off the path", async () => {
    await using fixture = await startFixture();
    const reply = await ask(fixture.port, { path: `/${TOKEN}/a%20b?c=d`, headers: { host: HOST } });
    expect(reply.status).toBe(200);
    const seen = seenIn(reply);
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

  test("a path token sets a cookie with which an app's absolute links work", async () => {
    await using fixture = await startFixture();
    const first = await ask(fixture.port, { path: `/${TOKEN}/`, headers: { host: HOST } });
    const [cookie = ""] = first.headers["set-cookie"] ?? [];
    expect(cookie).toBe(`hangar=${TOKEN}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax`);
    const jar = { host: HOST, cookie: `a=1; ${cookie.split(";")[0]}` };
    const second = await ask(fixture.port, { path: "/absolute/link", headers: jar });
    expect(seenIn(second)).toMatchObject({ url: "/absolute/link" });
    expect(seenIn(second).headers.cookie).toBe("a=1");
    expect(seenIn(second).headers["x-verified-username"]).toBe("ada");
    const third = await ask(fixture.port, { path: `/${TOKEN}/`, headers: jar });
    expect(third.headers["set-cookie"]).toBeUndefined();
  });

  test("a static token stays in the path and sets no cookie", async () => {
    await using fixture = await startFixture();
    fixture.controller.answer = () => routeTo(fixture.backend.port, { access: { kind: "static" } });
    const reply = await ask(fixture.port, { path: `/${STATIC_TOKEN}/x`, headers: { host: HOST } });
    expect(seenIn(reply).url).toBe(`/${STATIC_TOKEN}/x`);
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

  test("a bearer lets in and is not shown to the app, whose own credentials pass", async () => {
    await using fixture = await startFixture();
    const bearer = { host: HOST, authorization: `Bearer ${TOKEN}` };
    const reply = await ask(fixture.port, { path: "/x", headers: bearer });
    expect(seenIn(reply).url).toBe("/x");
    expect(seenIn(reply).headers).not.toHaveProperty("authorization");
    expect(reply.headers["set-cookie"]).toBeUndefined();
    const own = await ask(fixture.port, {
      path: `/${TOKEN}/x`,
      headers: { host: HOST, authorization: "Bearer app" },
    });
    expect(seenIn(own).headers.authorization).toBe("Bearer app");
  });

  test("x-hangar-backend chooses the backend on the cluster's host", async () => {
    await using fixture = await startFixture();
    const headers = {
      host: CLUSTER_HOST,
      "x-hangar-backend": BACKEND,
      authorization: `Bearer ${TOKEN}`,
    };
    const reply = await ask(fixture.port, { path: "/x", headers });
    expect(reply.status).toBe(200);
    expect(seenIn(reply).headers).not.toHaveProperty("x-hangar-backend");
    expect(fixture.controller.asked).toMatchObject([{ label: BACKEND, token: TOKEN }]);
  });

  test("a public backend needs no token", async () => {
    await using fixture = await startFixture();
    fixture.controller.answer = () => routeTo(fixture.backend.port, { access: { kind: "public" } });
    const reply = await ask(fixture.port, { path: "/x", headers: { host: HOST } });
    expect(seenIn(reply).url).toBe("/x");
    expect(seenIn(reply).headers).not.toHaveProperty("x-verified-username");
  });

  test("a chosen subdomain and the id are the same backend's hosts", async () => {
    await using fixture = await startFixture();
    fixture.controller.answer = () => routeTo(fixture.backend.port, { subdomain: "board" });
    for (const host of [HOST, "board.localhost:9090"]) {
      expect((await ask(fixture.port, { path: `/${TOKEN}/`, headers: { host } })).status).toBe(200);
    }
  });

  test("a route that does not fit its host is refused, even if a controller gave it", async () => {
    await using fixture = await startFixture();
    const other = { host: "other.localhost:9090" };
    expect((await ask(fixture.port, { path: `/${TOKEN}/`, headers: other })).status).toBe(403);
    fixture.controller.answer = () => routeTo(fixture.backend.port, { cluster: "example.com" });
    const elsewhere = await ask(fixture.port, {
      path: `/${OTHER_TOKEN}/`,
      headers: { host: HOST },
    });
    expect(elsewhere.status).toBe(403);
  });

  test("a planted cookie does not keep the true one from letting in", async () => {
    await using fixture = await startFixture();
    fixture.controller.answer = ({ token }) =>
      token === TOKEN ? routeTo(fixture.backend.port) : FORBIDDEN;
    const headers = { host: HOST, cookie: `hangar=${OTHER_TOKEN}; hangar=${TOKEN}` };
    expect((await ask(fixture.port, { headers })).status).toBe(200);
  });

  test.each([
    [`http://${HOST}`, 200],
    ["http://neighbour12345.localhost:9090", 403],
    ["null", 403],
  ])("a cookie with the Origin %s gives %i, upgrades included", async (origin, status) => {
    await using fixture = await startFixture();
    const headers = { host: HOST, ...COOKIE, origin };
    const reply = await ask(fixture.port, { method: "POST", headers, body: "x" });
    expect(reply.status).toBe(status);
    if (status === 403) expect(JSON.parse(reply.body).error.code).toBe("cross-origin");
    const upgrade = { ...headers, connection: "Upgrade", upgrade: "websocket" };
    const upgraded = await ask(fixture.port, { headers: upgrade });
    if (status === 403) expect(upgraded.status).toBe(403);
    else expect(upgraded.status).not.toBe(403);
  });

  test("a token that is shown needs no Origin, as the page that shows it has it", async () => {
    await using fixture = await startFixture();
    const headers = { host: HOST, origin: "https://app.example.com" };
    expect((await ask(fixture.port, { path: `/${TOKEN}/`, headers })).status).toBe(200);
    const bearer = { ...headers, authorization: `Bearer ${TOKEN}` };
    expect((await ask(fixture.port, { headers: bearer })).status).toBe(200);
  });

  test("forged identity is stripped and nothing can be injected by a user's name", async () => {
    await using fixture = await startFixture();
    const user = "eve\r\nx-verified-secret: stolen\u2028ü%";
    fixture.controller.answer = () =>
      routeTo(fixture.backend.port, {
        access: {
          kind: "connection",
          token_id: TOKEN_ID,
          generation: 0,
          expires_in_ms: 9_000,
          user,
          auth: { note: "\r\nü" },
          secret: "s",
        },
      });
    const headers = { host: HOST, "x-verified-username": "root", "X-Verified-Anything": "forged" };
    const { headers: seen } = seenIn(await ask(fixture.port, { path: `/${TOKEN}/`, headers }));
    expect(decodeURIComponent(seen["x-verified-username"] ?? "")).toBe(user);
    expect(JSON.parse(seen["x-verified-user-data"] ?? "")).toEqual({ note: "\r\nü" });
    expect(seen["x-verified-secret"]).toBe("s");
    expect(seen).not.toHaveProperty("x-verified-anything");
  });

  test("a backend's attempt to set our cookie or CORS of its own is respected as it should be", async () => {
    await using fixture = await startFixture();
    fixture.backend.onRequest = (_request, response) => {
      response.setHeader("set-cookie", ["hangar=evil; Path=/; Domain=localhost", "own=1"]);
      response.setHeader("access-control-allow-origin", "https://one.example.com");
      response.end();
    };
    const reply = await ask(fixture.port, { headers: { host: HOST, ...COOKIE } });
    expect(reply.headers["set-cookie"]).toEqual(["own=1"]);
    expect(reply.headers["access-control-allow-origin"]).toBe("https://one.example.com");
    expect(reply.headers["access-control-allow-methods"]).toBeUndefined();
  });
});
