import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openAccess } from "../../../controller/access/open-access.ts";
import type { Rights } from "../../../controller/access/rights.ts";
import { Figures } from "../../../controller/figures/figures.ts";
import { type Api, type HttpApiDeps, httpApi } from "../../../controller/http/http-api.ts";
import { socketRoutes } from "../../../controller/sockets/socket-routes.ts";
import { DatabaseAway } from "../../../controller/store/database-away.ts";
import type { Scope } from "../../../src/protocol/api-key.ts";
import { SESSION_REQUEST_HEADER } from "../../../src/protocol/session-header.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import type { FigureBook } from "../../../src/shared/figures/figure-book.ts";
import { recordingLog } from "../../harness/recording-log.ts";

/** Whoever adds to these lists lets somebody in. */
const PUBLIC = [
  "GET /",
  "GET /dashboard",
  "GET /dashboard*",
  "GET /health",
  "GET /ready",
  "GET /openapi.json",
  "GET /v1/backends/:id/status",
  "OPTIONS /v1/backends/:id/status",
  "GET /v1/backends/:id/status/stream",
  "OPTIONS /v1/backends/:id/status/stream",
  "GET /docs",
  "GET /docs/hangar.js",
  "GET /docs/hangar.css",
  "GET /docs/swagger-ui-bundle.js",
  "GET /docs/swagger-ui.css",
  "POST /v1/session",
  "DELETE /v1/session",
  "GET /pub/health",
  "OPTIONS /pub/health",
  "GET /pub/b/:id/status",
  "OPTIONS /pub/b/:id/status",
  "OPTIONS /pub/b/:id/status-stream",
  "GET /pub/b/:id/status-stream",
  "GET /v2/backend/:id/status",
  "OPTIONS /v2/backend/:id/status",
  "GET /v2/backend/:id/status/stream",
  "OPTIONS /v2/backend/:id/status/stream",
  "GET /backend/:id/status",
  "OPTIONS /backend/:id/status",
  "GET /backend/:id/status/stream",
  "OPTIONS /backend/:id/status/stream",
  "POST /cli-login",
];
const FOR_ANY_KEY = [
  "GET /v1/session",
  "GET /ctrl/status",
  "GET /auth",
  "POST /user-session/:id/delete",
];
const FOR_KEYS_OF_A_NAMESPACE = [
  "POST /v1/connect",
  "GET /v1/backends",
  "GET /v1/backends/:id",
  "POST /v1/backends/:id/terminate",
  "GET /v1/backends/:id/idle",
  "GET /v1/backends/:id/logs",
  "GET /v1/backends/:id/metrics",
  "GET /v1/backends/:id/metrics/stream",
  "GET /v1/events",
  "GET /v1/metrics",
  "POST /v1/backends/:id/prevent-renew",
  "GET /v1/backends/:id/logs",
  "GET /v1/backends/:id/metrics",
  "GET /v1/backends/:id/metrics/stream",
  "GET /v1/metrics",
  "GET /v1/events",
  ...FOR_ANY_KEY,
  "GET /v1/backends/:id/logs",
  "GET /v1/backends/:id/metrics",
  "GET /v1/backends/:id/metrics/stream",
  "GET /v1/metrics",
  "GET /v1/events",
  "GET /v1/services",
  "GET /v1/services/:name",
  "POST /ctrl/connect",
  "POST /ctrl/b/:id/soft-terminate",
  "POST /ctrl/b/:id/hard-terminate",
  "POST /ctrl/b/revoke",
  "POST /ctrl/revoke",
  "POST /v2/service/:account/:name/connect",
  "POST /v2/service/:account/:name/:environment/connect",
  "POST /v2/service/:account/:name/update",
  "POST /v2/service/:account/:name/:environment/update",
  "GET /v2/service/:account/:name",
  "GET /v2/service/:account/:name/images",
  "GET /service/:account/:name/image-name",
  "GET /v2/account/:account/services",
  "GET /v2/account/:account/backends",
  "GET /v2/backend/:id",
  "POST /v2/backend/:id/terminate",
  "GET /v2/backend/:id/logs/stream",
  "GET /v2/backend/:id/metrics/stream",
  "POST /backend/:id/terminate",
  "POST /v1/user/:account/service/:name/spawn",
  "POST /user/:account/service/:name/spawn",
  "GET /v1/backends/:id/tokens",
  "DELETE /v1/backends/:id/tokens",
  "DELETE /v1/backends/:id/tokens/:token_id",
];

const EVERYTHING: readonly Scope[] = ["admin", "connect", "read", "drone", "proxy"];
const RIGHTS: Rights = {
  keyId: "ak_test",
  keyName: "test",
  scopes: EVERYTHING,
  namespace: null,
  rateLimit: null,
  session: null,
  endsMs: Number.POSITIVE_INFINITY,
};

let api: Api & AsyncDisposable;
/** Of whoever sends a key. */
let rights: Rights;
let isAway = false;

async function anApi(): Promise<Api & AsyncDisposable> {
  const { log } = recordingLog();
  const ring = {
    key: () => {
      if (isAway) throw new DatabaseAway("scripted");
      return rights;
    },
    session: () => undefined,
    lastKnown: () => rights,
    knows: () => true,
    hold: () => () => undefined,
  };
  const limits = { maxConnections: 100, requestTimeoutMs: 1_000 };
  const access = openAccess(
    { clock: systemClock, log, ring, limits, publicUrl: () => "http://127.0.0.1" },
    {},
  );
  // Whoever is refused comes to none of them.
  const beyond = { store: {}, connect: {}, changes: {} } as never as HttpApiDeps;
  const book = { contentType: "text/plain", metrics: async () => "up 0" } as never as FigureBook;
  const sources = { figures: new Figures(), book };
  const about = { clock: systemClock, log, version: "0", droneUnhealthyMs: 1, limits, ...sources };
  const api = await httpApi({ ...beyond, ...about, access });
  const nobody = { accept: () => undefined };
  socketRoutes(api, { ring, drones: nobody, proxies: nobody });
  return Object.assign(api, { [Symbol.asyncDispose]: () => api.close() });
}

beforeAll(async () => {
  api = await anApi();
  await api.ready();
});
afterAll(() => api.close());

/** Each "METHOD path", from the tree that Fastify draws. */
function routes(): string[] {
  const path: string[] = [];
  return api
    .printRoutes({ commonPrefix: false })
    .split("\n")
    .flatMap((line) => {
      const { indent = "", part = "", methods } = LINE.exec(line)?.groups ?? {};
      path.splice(indent.length / 4, Number.POSITIVE_INFINITY, part);
      const whole = path.join("");
      return (methods?.split(", ") ?? []).map((method) => `${method} ${whole}`);
    })
    .filter((route) => !route.startsWith("HEAD "));
}
const LINE = /^(?<indent>[│ ]*)[├└]── (?<part>\S*)( \((?<methods>.*)\))?$/;

async function answer(route: string, authorization?: string) {
  const [method, path = ""] = route.split(" ");
  const url = path.replaceAll(/:\w+/g, "abcdefghij0123");
  const headers = {
    [SESSION_REQUEST_HEADER]: "1",
    ...(authorization === undefined ? {} : { authorization }),
  };
  const body = method === "GET" ? {} : { payload: {} };
  const { statusCode } = await api.inject({ method: method as "GET", url, headers, ...body });
  return `${statusCode} ${route}`;
}

async function refusals(status: number, among: readonly string[], authorization?: string) {
  const answers = await Promise.all(among.map((route) => answer(route, authorization)));
  return answers.filter((text) => text.startsWith(`${status} `)).map((text) => text.slice(4));
}

test("every route but the public ones wants a key", async () => {
  expect(routes().length).toBeGreaterThan(30);
  expect(routes()).toEqual(expect.arrayContaining(PUBLIC));
  const closed = routes().filter((route) => !PUBLIC.includes(route));
  expect(await refusals(401, routes())).toEqual(closed);
});

test("a key that is good for nothing may only ask who it is", async () => {
  rights = { ...RIGHTS, scopes: [] };
  const closed = routes().filter((route) => ![...PUBLIC, ...FOR_ANY_KEY].includes(route));
  expect(await refusals(403, routes(), "Bearer key")).toEqual(closed);
});

test("a key of a namespace is refused wherever the route does not keep it there", async () => {
  rights = { ...RIGHTS, namespace: "n" };
  const open = [...PUBLIC, ...FOR_KEYS_OF_A_NAMESPACE];
  expect(routes()).toEqual(expect.arrayContaining(open));
  const closed = routes().filter((route) => !open.includes(route));
  expect(await refusals(403, routes(), "Bearer key")).toEqual(closed);
});

test("a route that does not say which scope it needs cannot be added", async () => {
  await using api = await anApi();
  expect(() => api.get("/v1/forgotten", async () => "open to all")).toThrow(/which scope/);
});

test("while the database is away, whose key was good is told the figures, and nothing else", async () => {
  rights = RIGHTS;
  isAway = true;
  onTestFinished(() => {
    isAway = false;
  });
  const closed = routes().filter((route) => !PUBLIC.includes(route) && route !== "GET /metrics");
  expect(await refusals(503, closed, "Bearer key")).toEqual(closed);
  expect(await answer("GET /metrics", "Bearer key")).toBe("200 GET /metrics");
  rights = { ...RIGHTS, scopes: ["connect"] };
  expect(await answer("GET /metrics", "Bearer key")).toBe("403 GET /metrics");
});
