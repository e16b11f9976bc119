import { describe, expect, test } from "vitest";
import { ask } from "./harness/ask.ts";
import { CLUSTER_HOST, HOST, startFixture } from "./harness/proxy-fixture.ts";
import { TOKEN } from "./harness/scripted-controller.ts";

const ELSEWHERE = "https://app.example.com/start?from=hangar";
const UPGRADE = { connection: "Upgrade", upgrade: "websocket" };

describe("the cluster's bare host", () => {
  test.each(["GET", "HEAD"])("leads where the operator says, by %s", async (method) => {
    await using fixture = await startFixture({ rootRedirect: ELSEWHERE });
    const { status, headers, body } = await ask(fixture.port, {
      method,
      path: "/?whatever=1",
      headers: { host: CLUSTER_HOST },
    });
    expect({ status, body }).toEqual({ status: 301, body: "" });
    expect(headers).toMatchObject({ location: ELSEWHERE, "cache-control": "max-age=3600" });
    expect(headers["x-request-id"]).toBeDefined();
    expect(fixture.controller.asked).toEqual([]);
  });

  test("leads nowhere if the operator says nothing", async () => {
    await using fixture = await startFixture();
    const { status, headers } = await ask(fixture.port, { headers: { host: CLUSTER_HOST } });
    expect(status).toBe(400);
    expect(headers.location).toBeUndefined();
    expect(fixture.controller.asked).toEqual([]);
  });

  test.each([
    ["another path", { path: "/x", headers: { host: CLUSTER_HOST } }, 400],
    ["another method", { method: "POST", headers: { host: CLUSTER_HOST } }, 400],
    ["an upgrade", { headers: { host: CLUSTER_HOST, ...UPGRADE } }, 400],
    ["a foreign host", { headers: { host: "example.com" } }, 400],
    ["a session's own host", { headers: { host: HOST, cookie: `hangar=${TOKEN}` } }, 200],
    ["a path token", { path: `/${TOKEN}`, headers: { host: CLUSTER_HOST } }, 200],
    ["a bearer", { headers: { host: CLUSTER_HOST, authorization: `Bearer ${TOKEN}` } }, 200],
  ])("does not redirect %s", async (_what, question, status) => {
    await using fixture = await startFixture({ rootRedirect: ELSEWHERE });
    expect(await ask(fixture.port, question)).toMatchObject({ status });
  });
});
