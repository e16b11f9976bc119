import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Route } from "../../src/protocol/proxy-messages.ts";
import { ask } from "./harness/ask.ts";
import type { Seen } from "./harness/echo-backend.ts";
import { CLUSTER_HOST, HOST, type ProxyFixture, startFixture } from "./harness/proxy-fixture.ts";
import { BACKEND, routeTo, STATIC_TOKEN, TOKEN } from "./harness/scripted-controller.ts";

interface Way {
  path: string;
  headers: Record<string, string>;
  route?: Partial<Route>;
}

const PUBLIC: Partial<Route> = { access: { kind: "public" } };
const STATIC: Partial<Route> = { access: { kind: "static" } };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ORIGIN = { origin: `http://${HOST}` };

const WAYS: Record<string, Way> = {
  "the path, on its own host": { path: `/${TOKEN}/x`, headers: { host: HOST } },
  "the path, on the cluster's host": { path: `/${TOKEN}/x`, headers: { host: CLUSTER_HOST } },
  "its cookie": { path: "/x", headers: { host: HOST, cookie: `hangar=${TOKEN}`, ...ORIGIN } },
  "a bearer": { path: "/x", headers: { host: HOST, ...bearer(TOKEN) } },
  "a bearer, on the cluster's host": {
    path: "/x",
    headers: { host: CLUSTER_HOST, ...bearer(TOKEN) },
  },
  "the header that chooses": {
    path: "/x",
    headers: { host: CLUSTER_HOST, "x-hangar-backend": BACKEND, ...bearer(TOKEN) },
  },
  "a chosen subdomain": {
    path: `/${TOKEN}/x`,
    headers: { host: "board.localhost:9090" },
    route: { subdomain: "board" },
  },
  "a static token": { path: `/${STATIC_TOKEN}/x`, headers: { host: HOST }, route: STATIC },
  "a static token, on the cluster's host": {
    path: `/${STATIC_TOKEN}/x`,
    headers: { host: CLUSTER_HOST },
    route: STATIC,
  },
  "a static token as bearer": {
    path: "/x",
    headers: { host: HOST, ...bearer(STATIC_TOKEN) },
    route: STATIC,
  },
  "public access": { path: "/x", headers: { host: HOST }, route: PUBLIC },
  "public access, by the header that chooses": {
    path: "/x",
    headers: { host: CLUSTER_HOST, "x-hangar-backend": BACKEND },
    route: PUBLIC,
  },
};

const ways = Object.entries(WAYS);

async function fixtureFor({ route = {} }: Way): Promise<ProxyFixture> {
  const fixture = await startFixture();
  fixture.controller.answer = () => routeTo(fixture.backend.port, route);
  return fixture;
}

/** A static token stays where it is. */
function pathFor({ path, route }: Way): string {
  return route === STATIC ? path : "/x";
}

describe("by every way", () => {
  test.each(ways)("a request comes in: %s", async (_name, way) => {
    await using fixture = await fixtureFor(way);
    const { status, headers, body } = await ask(fixture.port, way);
    expect(status).toBe(200);
    expect(headers["x-hangar-backend"]).toBe(BACKEND);
    const seen = JSON.parse(body) as Seen;
    expect(seen.url).toBe(pathFor(way));
    expect(seen.headers.host).toBe(way.headers.host);
    expect(seen.headers["x-verified-backend"]).toBe(BACKEND);
    expect(seen.headers["x-verified-path"]).toBe(way.path);
    expect(seen.headers["x-request-id"]).toMatch(/./);
  });

  test.each(ways)("a WebSocket comes in: %s", async (_name, way) => {
    await using fixture = await fixtureFor(way);
    const { host = "", ...headers } = way.headers;
    const socket = new WebSocket(`ws://127.0.0.1:${fixture.port}${way.path}`, {
      headers: { ...headers, host },
    });
    await once(socket, "open");
    socket.send("hello");
    expect(String((await once(socket, "message"))[0])).toBe("hello");
    socket.terminate();
  });

  test.each(ways)("a token that the controller refuses does not: %s", async (_name, way) => {
    await using fixture = await fixtureFor(way);
    fixture.controller.answer = () => ({ kind: "refused", code: "forbidden", message: "no" });
    expect(await ask(fixture.port, way)).toMatchObject({ status: 403 });
  });
});

describe("behind a front proxy", () => {
  const told = {
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "front.example.com",
    "x-forwarded-port": "8443",
  };

  async function seenBehind(trustedProxies: readonly string[]) {
    await using fixture = await startFixture({ trustedProxies });
    const headers = { host: HOST, ...told, "x-real-ip": "203.0.113.7" };
    const { body } = await ask(fixture.port, { path: `/${TOKEN}/x`, headers });
    return (JSON.parse(body) as Seen).headers;
  }

  test("that is trusted, what it tells is believed and its address is appended", async () => {
    expect(await seenBehind(["127.0.0.0/8"])).toMatchObject({
      ...told,
      "x-forwarded-for": "203.0.113.7, 127.0.0.1",
      "x-real-ip": "203.0.113.7",
    });
  });

  test("that is not trusted, nothing of it is", async () => {
    const seen = await seenBehind(["10.0.0.0/8"]);
    expect(seen).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": HOST,
      "x-forwarded-port": "9090",
    });
    expect(seen).not.toHaveProperty("x-real-ip");
  });
});

test("each request has an id of its own, or the sane one that it came with", async () => {
  await using fixture = await startFixture();
  const idOf = async (headers: Record<string, string> = {}) => {
    const { body } = await ask(fixture.port, {
      path: `/${TOKEN}/`,
      headers: { host: HOST, ...headers },
    });
    return (JSON.parse(body) as Seen).headers["x-request-id"];
  };
  expect(await idOf({ "x-request-id": "mine-1" })).toBe("mine-1");
  expect(await idOf({ "x-request-id": "not sane" })).not.toBe("not sane");
  expect(await idOf()).not.toBe(await idOf());
});
