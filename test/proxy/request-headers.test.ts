import fc from "fast-check";
import { expect, test } from "vitest";
import type { HeaderPair, RequestHead } from "../../proxy/engine.ts";
import { givenRequestId, requestEdits } from "../../proxy/request-headers.ts";
import { trustedProxiesOf } from "../../proxy/trusted-proxies.ts";
import type { Route } from "../../src/protocol/proxy-messages.ts";
import { BACKEND, routeTo, TOKEN, TOKEN_ID } from "./harness/scripted-controller.ts";

const PEER = "203.0.113.7";

function editsOf(
  headers: HeaderPair[],
  options: { trust?: string[]; access?: Route["access"]; secure?: boolean; peer?: string } = {},
) {
  const { trust = [], access, secure = false, peer = PEER } = options;
  const head: RequestHead = {
    method: "GET",
    target: "/",
    headers,
    peerAddress: peer,
    secure,
    isUpgrade: false,
  };
  const result = routeTo(1, access === undefined ? {} : { access });
  if (result.kind !== "route") throw new Error("not a route");
  const { remove, set } = requestEdits(trustedProxiesOf(trust), {
    head,
    route: result.route,
    host: "abc.localhost:9090",
    path: `/${TOKEN}/x`,
    requestId: "id-1",
  });
  return { remove, set, values: Object.fromEntries(set) };
}

test("no x-verified header of a client gets through", () => {
  const name = fc.stringMatching(/^x-verified-[a-z-]{0,12}$/);
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const { remove } = editsOf(names.map((key) => [key, "forged"]));
      expect(names.filter((key) => !remove.has(key))).toEqual([]);
    }),
  );
});

test.each([
  "x_verified_username",
  "x-verified_username",
  "x_verified-anything",
  "x.verified.path",
  "x_forwarded_for",
  "x-forwarded_proto",
  "x_forwarded_prefix",
  "x_real_ip",
  "x-real_ip",
  "x_request_id",
  "x_hangar_backend",
  "transfer_encoding",
])("%s, which CGI and WSGI take for one of ours, goes even behind a trusted proxy", (name) => {
  for (const trust of [[], [PEER]]) {
    expect(editsOf([[name, "forged"]], { trust }).remove).toContain(name);
  }
});

test("an app's own header with an underscore stays", () => {
  expect(editsOf([["x_app_token", "1"]]).remove).not.toContain("x_app_token");
});

test("what the controller knows of the caller is set", () => {
  expect(editsOf([]).values).toMatchObject({
    "x-verified-backend": BACKEND,
    "x-verified-path": `/${TOKEN}/x`,
    "x-verified-username": "ada",
    "x-verified-user-data": '{"role":"editor"}',
    "x-verified-secret": "hsec_secret",
    "x-request-id": "id-1",
  });
});

test.each(["static", "public"] as const)("a %s access tells nobody's name", (kind) => {
  const names = editsOf([], { access: { kind } }).set.map(([name]) => name);
  expect(names.filter((name) => name.startsWith("x-verified-"))).toEqual([
    "x-verified-backend",
    "x-verified-path",
  ]);
});

test("a name or auth of any characters makes a header that nothing can be injected through", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.jsonValue(), (user, value) => {
      const access = {
        kind: "connection",
        token_id: TOKEN_ID,
        generation: 0,
        expires_in_ms: 1,
        user,
        auth: { value },
        secret: "s",
      } as const;
      const { values } = editsOf([], { access });
      for (const text of Object.values(values)) expect(text).toMatch(/^[ -~]*$/);
      expect(JSON.parse(values["x-verified-user-data"] ?? "")).toEqual(
        JSON.parse(JSON.stringify({ value })),
      );
    }),
  );
});

test("hop-by-hop headers go, and those that Connection names, but not what frames or aims the message", () => {
  const { remove } = editsOf([
    ["connection", "X-Hop, Host, close,Content-Length, transfer-encoding"],
  ]);
  for (const name of [
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "proxy-authorization",
    "x-hop",
  ]) {
    expect(remove).toContain(name);
  }
  expect(remove).not.toContain("host");
  expect(remove).not.toContain("content-length");
});

test("a client that names our headers in Connection does not lose them", () => {
  const { values } = editsOf([["connection", "x-verified-username, x-forwarded-for"]]);
  expect(values).toMatchObject({ "x-verified-username": "ada", "x-forwarded-for": PEER });
});

test("a client's own X-Forwarded headers and their kin are replaced", () => {
  const { values, remove } = editsOf([
    ["x-forwarded-for", "1.1.1.1"],
    ["x-forwarded-proto", "https"],
    ["x-forwarded-host", "evil.com"],
    ["x-forwarded-port", "1"],
    ["forwarded", "for=1.1.1.1"],
    ["x-real-ip", "1.1.1.1"],
  ]);
  expect(values).toMatchObject({
    "x-forwarded-for": PEER,
    "x-forwarded-proto": "http",
    "x-forwarded-host": "abc.localhost:9090",
    "x-forwarded-port": "9090",
  });
  expect([...remove]).toEqual(expect.arrayContaining(["forwarded", "x-real-ip"]));
});

test.each(["203.0.113.0/24", "203.0.113.7", "::ffff:203.0.113.7"])(
  "a front proxy within %s is believed, and appended to",
  (trusted) => {
    const headers: HeaderPair[] = [
      ["x-forwarded-for", "198.51.100.1"],
      ["x-forwarded-for", "198.51.100.2"],
      ["x-forwarded-proto", "HTTPS"],
      ["x-forwarded-host", "public.example.com"],
    ];
    const trust = [trusted.replace("::ffff:", "")];
    const peer = trusted.startsWith("::") ? `::ffff:${PEER}` : PEER;
    expect(editsOf(headers, { trust, peer }).values).toMatchObject({
      "x-forwarded-for": `198.51.100.1, 198.51.100.2, ${PEER}`,
      "x-forwarded-proto": "https",
      "x-forwarded-host": "public.example.com",
      "x-forwarded-port": "443",
    });
  },
);

test("what is trusted has to be an address or a CIDR", () => {
  for (const wrong of [
    "localhost",
    "1.2.3.4/33",
    "1.2.3.4/x",
    "::1/129",
    "1.2.3.4/8/8",
    "",
    "1.2.3.4/",
  ]) {
    expect(() => trustedProxiesOf([wrong])).toThrow(`"${wrong}" is not a trusted proxy`);
  }
  expect(trustedProxiesOf(["fd00::/8", "0.0.0.0/0"]).trusts("fd12::1")).toBe(true);
});

test("Authorization goes only if it holds a token of ours", () => {
  expect(editsOf([["authorization", `Bearer ${TOKEN}`]]).remove).toContain("authorization");
  expect(editsOf([["authorization", "Bearer app"]]).remove).not.toContain("authorization");
});

test("our cookies are taken out of the app's, and the choice of a backend is ours alone", () => {
  expect(editsOf([["cookie", `a=1; hangar=${TOKEN}`]]).values.cookie).toBe("a=1");
  expect(editsOf([["cookie", `hangar=${TOKEN}`]]).remove).toContain("cookie");
  expect(editsOf([["cookie", "a=1"]]).remove).not.toContain("cookie");
  expect(editsOf([["x-hangar-backend", "x"]]).remove).toContain("x-hangar-backend");
});

test("a sane request id is kept, any other is not", () => {
  expect(givenRequestId([["x-request-id", "0f-a.b:c_1"]])).toBe("0f-a.b:c_1");
  for (const id of ["", "a b", "<x>", "x".repeat(129)]) {
    expect(givenRequestId([["x-request-id", id]])).toBeUndefined();
  }
});
