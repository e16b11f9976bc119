import { expect, test } from "vitest";
import { isSameOrigin } from "../../proxy/same-origin.ts";

const HOST = "abc.localhost:9090";

test("a request without an Origin passes", () => {
  expect(isSameOrigin([], HOST, "http")).toBe(true);
});

test.each([
  ["http://abc.localhost:9090", HOST, "http"],
  ["http://ABC.localhost:9090", HOST, "http"],
  ["https://abc.example.com", "abc.example.com", "https"],
  ["https://abc.example.com", "abc.example.com:443", "https"],
  ["https://abc.example.com:443", "abc.example.com", "https"],
  ["http://abc.localhost:9090", "abc.localhost.:9090", "http"],
] as const)("%s may drive %s", (origin, host, scheme) => {
  expect(isSameOrigin([["origin", origin]], host, scheme)).toBe(true);
});

test.each([
  "http://other.localhost:9090",
  "http://localhost:9090",
  "http://abc.localhost",
  "http://abc.localhost:9091",
  "https://abc.localhost:9090",
  "http://abc.localhost:9090/",
  "http://abc.localhost:9090@evil.com",
  "http://evil.com#abc.localhost:9090",
  "http://xabc.localhost:9090",
  "null",
  "",
  "file://",
])("%j may not drive abc.localhost:9090", (origin) => {
  expect(isSameOrigin([["origin", origin]], HOST, "http")).toBe(false);
});

test("two Origins never pass", () => {
  const origin = ["origin", `http://${HOST}`] as const;
  expect(isSameOrigin([origin, origin], HOST, "http")).toBe(false);
});
