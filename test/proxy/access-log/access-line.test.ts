import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accessLine } from "../../../proxy/access-log/access-line.ts";
import { redactPath } from "../../../proxy/access-log/redact.ts";
import type { AccessEntry } from "../../../proxy/figures/figures.ts";
import { trustedProxiesOf } from "../../../proxy/trusted-proxies.ts";
import { newConnectionToken, newSessionSecret, newStaticToken } from "../../../src/protocol/ids.ts";
import { redactText } from "../../../src/shared/redact.ts";
import { answerOf } from "../harness/engine-fixture.ts";
import { BACKEND, STATIC_TOKEN, TOKEN } from "../harness/scripted-controller.ts";

const HEAD = {
  method: "GET",
  target: "/a/b?c=d",
  headers: [["host", "x.localhost:9090"]],
  peerAddress: "::ffff:203.0.113.7",
  secure: false,
  isUpgrade: false,
} as const;
const ENTRY: AccessEntry = {
  head: HEAD,
  decision: {
    kind: "forward",
    access: { kind: "public" },
    backendId: BACKEND,
    requestId: "request-1",
    upstream: { host: "127.0.0.1", port: 1 },
    path: "/",
    request: { remove: new Set(), set: [] },
    response: { set: [], append: [], defaults: [], refusedCookies: [] },
  },
  status: 200,
  bytesOut: 321,
  startedMs: 1_000,
  firstByteMs: 1_002.5,
  upgraded: false,
};
const MOMENT = { now: Date.UTC(2026, 0, 2, 3, 4, 5, 678), monotonicMs: 1_010.1234567 };
const NOBODY = trustedProxiesOf([]);

describe("a line of the access log", () => {
  test("says what came of a request", () => {
    expect(accessLine(ENTRY, NOBODY, MOMENT)).toEqual({
      time: "2026-01-02T03:04:05.667Z",
      request_id: "request-1",
      client: "203.0.113.7",
      method: "GET",
      host: "x.localhost:9090",
      path: "/a/b",
      status: 200,
      bytes: 321,
      duration_ms: 10.123,
      ttfb_ms: 2.5,
      backend: BACKEND,
      upgraded: false,
    });
  });

  test("names the request of the proxy's own answer, and none of a client that left", () => {
    const decision = { ...answerOf(410, "gone"), headers: [["x-request-id", "r-2"]] as const };
    const own = accessLine({ ...ENTRY, decision }, NOBODY, MOMENT);
    expect(own).toMatchObject({ request_id: "r-2", backend: null });
    const left = { ...ENTRY, decision: undefined, status: 0, firstByteMs: undefined };
    expect(accessLine(left, NOBODY, MOMENT)).toMatchObject({
      request_id: null,
      backend: null,
      status: 0,
      ttfb_ms: null,
    });
  });

  test.each([
    ["198.51.100.1, 203.0.113.9", "203.0.113.9"],
    ["203.0.113.9, 10.0.0.2", "203.0.113.9"],
    ["10.0.0.3, 10.0.0.2", "10.0.0.1"],
    ["made up", "10.0.0.1"],
    ["", "10.0.0.1"],
  ])("behind a trusted front proxy that tells %j the client is %s", (told, client) => {
    const headers = [["x-forwarded-for", told] as const];
    const head = { ...HEAD, peerAddress: "10.0.0.1", headers };
    const behind = trustedProxiesOf(["10.0.0.0/8"]);
    expect(accessLine({ ...ENTRY, head }, behind, MOMENT).client).toBe(client);
    expect(accessLine({ ...ENTRY, head }, NOBODY, MOMENT).client).toBe("10.0.0.1");
  });
});

describe("secrets", () => {
  const coded = TOKEN.replace("h", "%68");
  test.each([
    [`/${TOKEN}/a?b=${TOKEN}`, "/[secret]/a"],
    [`/x/${STATIC_TOKEN}`, "/x/[secret]"],
    [`/x${TOKEN}y/`, "/[secret]/"],
    [`/${coded}/a`, "/[secret]/a"],
    [`/${coded.replaceAll("%", "%25")}/a`, "/[secret]/a"],
    [`/%ff${coded}/a`, "/[secret]/a"],
    [`/${TOKEN.toUpperCase()}`, "/[secret]"],
    [`/a#${TOKEN}`, "/a"],
    [`http://u:${TOKEN}@h/a/${TOKEN}?q`, "/a/[secret]"],
    ["/hct_", "/hct_"],
    ["/%", "/%"],
    ["*", "*"],
  ])("are left out of the path of %s", (target, path) => {
    expect(redactPath(target)).toBe(path);
  });

  test("are left out of any text, wherever they stand", () => {
    const token = fc
      .constant(0)
      .map(() => [newConnectionToken(), newStaticToken(), newSessionSecret()]);
    fc.assert(
      fc.property(fc.string(), token, fc.string(), (before, tokens, after) => {
        for (const secret of tokens) {
          expect(redactText(`${before}${secret}${after}`)).not.toContain(secret);
          expect(redactPath(`/${before}${secret}${after}`)).not.toContain(secret);
        }
      }),
    );
  });
});
