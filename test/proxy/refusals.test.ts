import { describe, expect, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import type { RouteResult } from "../../src/protocol/proxy-messages.ts";
import { ask } from "./harness/ask.ts";
import { CLUSTER_HOST, HOST, startFixture } from "./harness/proxy-fixture.ts";
import { routeTo, TOKEN } from "./harness/scripted-controller.ts";

type Refusal = Extract<RouteResult, { kind: "refused" }>;

const BROWSER = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

/** The same question as a browser and as a program asks it. */
async function askBoth(port: number, headers: Record<string, string>, path = "/") {
  const page = await ask(port, { path, headers: { ...headers, accept: BROWSER } });
  const json = await ask(port, { path, headers });
  expect(page.headers["content-type"]).toMatch(/^text\/html/);
  expect(page.status).toBe(json.status);
  const { error } = JSON.parse(json.body) as {
    error: { code: string; id: string; details?: unknown };
  };
  expect(error.id).toBe(json.headers["x-request-id"]);
  return { status: json.status, error, page, json };
}

describe("refusals", () => {
  test.each([
    [{ host: "example.com" }, "/"],
    [{ host: "a.b.localhost:9090" }, "/"],
    [{ host: "x.localhost:1" }, "/"],
    [{ host: CLUSTER_HOST }, "/"],
    [{ host: CLUSTER_HOST }, "/rubbish/that/is/no/token"],
    [{ host: CLUSTER_HOST, cookie: `hangar=${TOKEN}` }, "/"],
    [{ host: HOST }, "*"],
    [{ host: HOST }, "/a#b"],
  ])("%j asking for %s has no target: 400, and no lookup", async (headers, path) => {
    await using fixture = await startFixture();
    const { status, error } = await askBoth(
      fixture.port,
      headers as unknown as Record<string, string>,
      path,
    );
    expect(status).toBe(400);
    expect(error.code).toBe("no-target");
    expect(fixture.controller.asked).toEqual([]);
  });

  test.each<[Refusal["code"], number]>([
    ["unauthorized", 401],
    ["forbidden", 403],
    ["not-found", 404],
    ["backend-ended", 410],
    ["unavailable", 503],
  ])("what the controller calls %s is answered with %i, and asked once", async (code, expected) => {
    await using fixture = await startFixture();
    fixture.controller.answer = () => ({
      kind: "refused",
      code,
      message: "because",
      reason: "swept",
    });
    const { status, error, page } = await askBoth(fixture.port, { host: HOST });
    expect(status).toBe(expected);
    expect(error).toMatchObject({ code, details: { reason: "swept" } });
    expect(page.body).toContain("Because.");
    expect(page.headers["access-control-allow-origin"]).toBe("*");
    expect(fixture.controller.asked).toHaveLength(1);
  });

  test("a backend that refuses connections: 502", async () => {
    await using fixture = await startFixture();
    const port = await freePort();
    fixture.controller.answer = () => routeTo(port);
    const { status, error, page } = await askBoth(fixture.port, { host: HOST }, `/${TOKEN}/`);
    expect(status).toBe(502);
    expect(error.code).toBe("backend-unreachable");
    expect(page.headers["x-hangar-backend"]).toBeDefined();
  });

  test("a backend that does not answer within the limit: 504", async () => {
    await using fixture = await startFixture({ answerTimeoutMs: 50 });
    fixture.backend.onRequest = () => undefined;
    const { status, error } = await askBoth(fixture.port, { host: HOST }, `/${TOKEN}/`);
    expect(status).toBe(504);
    expect(error.code).toBe("backend-timeout");
  });

  test("a backend that is still starting past the limit: 503 with Retry-After", async () => {
    await using fixture = await startFixture({ holdLimitMs: 50 });
    fixture.controller.answer = () => routeTo(fixture.backend.port, { status: "starting" });
    const { status, error, page } = await askBoth(fixture.port, { host: HOST }, `/${TOKEN}/`);
    expect(status).toBe(503);
    expect(error.code).toBe("not-ready");
    expect(page.headers["retry-after"]).toBe("2");
    expect(page.body).toContain('http-equiv="refresh"');
  });

  test("no token stands in the log or on a page", async () => {
    await using fixture = await startFixture();
    const port = await freePort();
    fixture.controller.answer = () => routeTo(port);
    const { page, json } = await askBoth(fixture.port, { host: HOST }, `/${TOKEN}/`);
    fixture.controller.answer = () => ({ kind: "refused", code: "forbidden", message: "no" });
    await ask(fixture.port, { path: `/${TOKEN}/`, headers: { host: CLUSTER_HOST } });
    expect([...fixture.logLines, page.body, json.body].join()).not.toContain(TOKEN);
    expect(fixture.logLines.join()).toContain(String(json.headers["x-request-id"]));
  });

  test("a request id is kept if it is sane, on errors too", async () => {
    await using fixture = await startFixture();
    const headers = { host: "example.com", "x-request-id": "trace-1" };
    expect((await ask(fixture.port, { headers })).headers["x-request-id"]).toBe("trace-1");
  });

  test("an upgrade is refused with the same status, in JSON", async () => {
    await using fixture = await startFixture();
    fixture.controller.answer = () => ({ kind: "refused", code: "unauthorized", message: "no" });
    const headers = { host: HOST, connection: "Upgrade", upgrade: "websocket", accept: BROWSER };
    const reply = await ask(fixture.port, { headers });
    expect(reply.status).toBe(401);
    expect(JSON.parse(reply.body).error.code).toBe("unauthorized");
  });
});
