import { expect, test } from "vitest";
import { routeResult } from "../../controller/routing/route-result.ts";
import type { BackendRecord, Grant } from "../../controller/store/store.ts";
import type { BackendState } from "../../src/protocol/backend-state.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { aBackendRecord } from "./a-backend-record.ts";
import { ADDRESS } from "./a-controller.ts";

const GRANT: Grant = {
  kind: "connection",
  tokenId: `tk_${"0".repeat(24)}`,
  generation: 3,
  expiresInMs: 1_000,
  user: "ada",
  auth: { role: "editor" },
  secret: "hsec_x",
};

function aBackend(id: string, overrides: Partial<BackendRecord> = {}): BackendRecord {
  return aBackendRecord({ id: id as BackendId, ...overrides });
}

const mine = aBackend("mine");
const both = { label: true, token: true };

test("the right token on the right host gives the route and who comes", () => {
  const result = routeResult({ byLabel: mine, byToken: { backend: mine, grant: GRANT } }, both);
  expect(result).toEqual({
    kind: "route",
    route: {
      backend_id: "mine",
      cluster: "localhost:9090",
      drone: "dr-one",
      status: "ready",
      address: ADDRESS,
      access: {
        kind: "connection",
        token_id: `tk_${"0".repeat(24)}`,
        generation: 3,
        expires_in_ms: 1_000,
        user: "ada",
        auth: { role: "editor" },
        secret: "hsec_x",
      },
    },
  });
});

test("a token of one backend is refused on the host of another", () => {
  const byToken = { backend: aBackend("other"), grant: GRANT };
  expect(routeResult({ byLabel: mine, byToken }, both)).toMatchObject({ code: "forbidden" });
});

test("an unknown host is not found, whatever the token", () => {
  const byToken = { backend: mine, grant: GRANT };
  expect(routeResult({ byLabel: undefined, byToken }, both)).toMatchObject({ code: "not-found" });
});

test("no token is unauthorized, a wrong one forbidden, and a public backend wants none", () => {
  const answer = { byLabel: mine, byToken: undefined };
  expect(routeResult(answer, { label: true, token: false })).toMatchObject({
    code: "unauthorized",
  });
  expect(routeResult(answer, both)).toMatchObject({ code: "forbidden" });
  const open = { byLabel: aBackend("open", { access: "public" }), byToken: undefined };
  expect(routeResult(open, { label: true, token: false })).toMatchObject({
    route: { access: { kind: "public" } },
  });
});

test("an unknown token on the cluster's own host is forbidden", () => {
  const asked = { label: false, token: true };
  expect(routeResult({ byLabel: undefined, byToken: undefined }, asked)).toMatchObject({
    code: "forbidden",
  });
});

test.each(["terminating", "hard-terminating", "terminated"] as const)(
  "a backend that is %s is gone for everybody, with the reason",
  (status) => {
    const gone = aBackend("gone", { state: { status, reason: "swept" } });
    const result = routeResult({ byLabel: gone, byToken: { backend: gone, grant: GRANT } }, both);
    expect(result).toMatchObject({ code: "backend-ended", reason: "swept" });
  },
);

test.each(["scheduled", "loading", "starting", "waiting"] as const)(
  "a backend that is %s has a route without an address",
  (status) => {
    const state = { status, address: ADDRESS } as BackendState;
    const young = aBackend("young", { state });
    const result = routeResult({ byLabel: young, byToken: { backend: young, grant: GRANT } }, both);
    expect(result).toMatchObject({ kind: "route", route: { status } });
    expect(JSON.stringify(result)).not.toContain(ADDRESS.host);
  },
);
