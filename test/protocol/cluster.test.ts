import { expect, test } from "vitest";
import { backendUrl, parseCluster } from "../../src/protocol/cluster.ts";

test.each([
  ["localhost:9090", { host: "localhost", port: 9090, scheme: "http", name: "localhost:9090" }],
  ["Sessions.Example.com", { host: "sessions.example.com", scheme: "https" }],
  ["sessions.example.com:443", { name: "sessions.example.com", port: undefined, scheme: "https" }],
  ["https://Sessions.Example.com", { name: "sessions.example.com", scheme: "https" }],
  ["https://example.com:443", { name: "example.com", port: undefined, scheme: "https" }],
  [
    "https://example.com:8443",
    {
      name: "https://example.com:8443",
      host: "example.com",
      port: 8443,
      scheme: "https",
      authority: "example.com:8443",
    },
  ],
  ["sessions.example.com:80", { name: "sessions.example.com:80", scheme: "http" }],
])("%s is a cluster", (text, expected) => {
  expect(parseCluster(text)).toMatchObject(expected);
});

test.each([
  "",
  "a b",
  "http://x",
  "x:0",
  "x:70000",
  "x:",
  "-x",
  "x/y",
  "https://x:8443/y",
  "[::1]:80",
])("%j is no cluster", (text) => {
  expect(() => parseCluster(text)).toThrow(`"${text}" is not a cluster name`);
});

test("a backend's URL is its own host, then its token", () => {
  const cluster = parseCluster("localhost:9090");
  expect(backendUrl(cluster, "abc", "hct_x")).toBe("http://abc.localhost:9090/hct_x/");
  const odd = parseCluster("https://example.com:8443");
  expect(backendUrl(odd, "abc", "hct_x")).toBe("https://abc.example.com:8443/hct_x/");
  expect(backendUrl(parseCluster("example.com"), "room", null)).toBe("https://room.example.com/");
});
