import { expect, test } from "vitest";
import { bearerToken, findCredentials } from "../../proxy/credentials.ts";
import { OTHER_TOKEN, TOKEN } from "./harness/scripted-controller.ts";

const COOKIE = ["cookie", `hangar=${OTHER_TOKEN}`] as const;
const BEARER = ["authorization", `Bearer ${TOKEN}`] as const;

test("the path's token wins over the bearer's, and that over the cookie's", () => {
  const path = `hct_${"P".repeat(40)}`;
  const all = [COOKIE, BEARER];
  expect(findCredentials({ pathToken: path, ownHost: true }, all, "http")).toEqual({
    source: "path",
    tokens: [path],
  });
  const where = { pathToken: undefined, ownHost: true };
  expect(findCredentials(where, all, "http")).toEqual({ source: "bearer", tokens: [TOKEN] });
  expect(findCredentials(where, [COOKIE], "http")).toEqual({
    source: "cookie",
    tokens: [OTHER_TOKEN],
  });
  expect(findCredentials(where, [], "http")).toEqual({ source: "none", tokens: [] });
});

test("a cookie counts on a backend's own host only", () => {
  const where = { pathToken: undefined, ownHost: false };
  expect(findCredentials(where, [COOKIE], "http").source).toBe("none");
});

test.each([
  ["Bearer app-token", undefined],
  [`Basic ${TOKEN}`, undefined],
  [`bearer ${TOKEN}`, TOKEN],
  [`Bearer  ${TOKEN} `, TOKEN],
  [`Bearer ${TOKEN} ${TOKEN}`, undefined],
  [TOKEN, undefined],
])("Authorization: %s holds the token %s", (value, token) => {
  expect(bearerToken([["authorization", value]])).toBe(token);
});

test("two Authorization headers hold none", () => {
  expect(bearerToken([BEARER, BEARER])).toBeUndefined();
});
