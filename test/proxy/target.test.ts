import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTarget, pathWithoutToken } from "../../proxy/target.ts";
import { parseCluster } from "../../src/protocol/cluster.ts";
import { TOKEN } from "./harness/scripted-controller.ts";

const LOCAL = parseCluster("localhost:9090");
const PUBLIC = parseCluster("sessions.example.com");

function parse(host: string, target = "/", cluster = LOCAL, more: [string, string][] = []) {
  return parseTarget({ target, headers: [["host", host], ...more] }, cluster);
}

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);

describe("the target of a request", () => {
  test("is the label below the cluster's host, whatever its case", () => {
    fc.assert(
      fc.property(label, fc.boolean(), (name, upper) => {
        const host = `${name}.localhost:9090`;
        expect(parse(upper ? host.toUpperCase() : host)).toMatchObject({
          label: name,
          ownHost: true,
        });
      }),
    );
  });

  test.each([
    ["x.localhost:9090", "x"],
    ["X.LocalHost:9090", "x"],
    ["x.localhost.:9090", "x"],
    ["localhost:9090", undefined],
    ["localhost.:9090", undefined],
  ])("on a cluster with a port, %s names %s", (host, expected) => {
    expect(parse(host)).toMatchObject({ label: expected, ownHost: expected !== undefined });
  });

  test.each(["x.sessions.example.com", "x.sessions.example.com:80", "x.sessions.example.com:443"])(
    "on a cluster without a port, %s names x",
    (host) => {
      expect(parse(host, "/", PUBLIC)).toMatchObject({ label: "x" });
    },
  );

  test("on a cluster whose port is plain http's own, the port may be left out", () => {
    expect(parse("x.localhost", "/", parseCluster("localhost:80"))).toMatchObject({ label: "x" });
  });

  test.each([
    "x.localhost",
    "x.localhost:80",
    "x.localhost:9091",
    "a.b.localhost:9090",
    ".localhost:9090",
    "-x.localhost:9090",
    "x-.localhost:9090",
    "x_y.localhost:9090",
    "x%2e.localhost:9090",
    "x..localhost:9090",
    "x.localhost..:9090",
    "xlocalhost:9090",
    "localhost:9090.evil.com",
    "x.localhost:9090:9090",
    "x.localhost:",
    "user@x.localhost:9090",
    "[::1]:9090",
    "127.0.0.1:9090",
    "",
    `${"x".repeat(64)}.localhost:9090`,
  ])("is missing for the host %j", (host) => {
    expect(parse(host)).toHaveProperty("problem");
  });

  test("is missing when there is no Host header, or more than one", () => {
    expect(parseTarget({ target: "/", headers: [] }, LOCAL)).toHaveProperty("problem");
    expect(parse("x.localhost:9090", "/", LOCAL, [["host", "y.localhost:9090"]])).toHaveProperty(
      "problem",
    );
  });

  test.each([
    "http://x.localhost:9090/a?b",
    "HTTP://X.LOCALHOST:9090/a?b",
    "https://x.localhost:9090/a?b",
  ])("may be absolute if it repeats the host: %s", (target) => {
    expect(parse("x.localhost:9090", target)).toMatchObject({
      label: "x",
      path: "/a",
      query: "?b",
    });
  });

  test("gives an absolute target without a path the root", () => {
    expect(parse("x.localhost:9090", "http://x.localhost:9090?b")).toMatchObject({
      path: "/",
      query: "?b",
    });
  });

  test.each([
    "http://y.localhost:9090/",
    "http://x.localhost:9090@evil.com/",
    "http://user@x.localhost:9090/",
    "http:///a",
    "ftp://x.localhost:9090/",
    "x.localhost:9090",
    "*",
    "",
    "a/b",
    "/a b",
    "/a#b",
    "/a\u0000",
    "/a\u00e9",
    "/\u007f",
  ])("is malformed: %j", (target) => {
    expect(parse("x.localhost:9090", target)).toHaveProperty("problem");
  });

  test("keeps the path and query as they came", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[!"$->@-~]*$/),
        fc.stringMatching(/^(\?[!"$-~]*)?$/),
        (rest, query) => {
          expect(parse("x.localhost:9090", `/${rest}${query}`)).toMatchObject({
            path: `/${rest}`,
            query,
          });
        },
      ),
    );
  });

  test.each([
    [`/${TOKEN}`, TOKEN],
    [`/${TOKEN}/a`, TOKEN],
    [`/${TOKEN}?a`, TOKEN],
    [`/a/${TOKEN}`, undefined],
    [`//${TOKEN}`, undefined],
    [`/${TOKEN}x`, undefined],
    [`/%68${TOKEN.slice(1)}`, undefined],
    [`/${TOKEN}%2fa`, undefined],
    [`/${TOKEN};a`, undefined],
    ["/hct_short", undefined],
    [`/hak_${"T".repeat(40)}`, undefined],
  ])("%s offers the token %s", (target, token) => {
    expect(parse("x.localhost:9090", target)).toMatchObject({ pathToken: token });
  });

  test("is what x-hangar-backend says, on the cluster's own host only", () => {
    const chosen: [string, string][] = [["x-hangar-backend", " Chosen "]];
    expect(parse("localhost:9090", "/", LOCAL, chosen)).toMatchObject({
      label: "chosen",
      ownHost: false,
    });
    expect(parse("x.localhost:9090", "/", LOCAL, chosen)).toMatchObject({ label: "x" });
  });

  test("is missing when x-hangar-backend is repeated or no label", () => {
    for (const more of [
      [["x-hangar-backend", "a.b"]],
      [
        ["x-hangar-backend", "a"],
        ["x-hangar-backend", "b"],
      ],
    ]) {
      expect(parse("localhost:9090", "/", LOCAL, more as [string, string][])).toHaveProperty(
        "problem",
      );
    }
  });
});

test.each([
  [`/${TOKEN}`, "/"],
  [`/${TOKEN}/`, "/"],
  [`/${TOKEN}/a/b`, "/a/b"],
  [`/${TOKEN}//a`, "//a"],
  [`/${TOKEN}/../a%2f`, "/../a%2f"],
])("%s without its token is %s", (path, expected) => {
  expect(pathWithoutToken(path)).toBe(expected);
});
