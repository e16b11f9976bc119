import fc from "fast-check";
import { expect, test } from "vitest";
import { cookieName, cookiesForBackend, cookieTokens, setCookieFor } from "../../proxy/cookies.ts";
import type { HeaderPair } from "../../proxy/engine.ts";
import { OTHER_TOKEN, TOKEN } from "./harness/scripted-controller.ts";

function cookies(...values: string[]): HeaderPair[] {
  return values.map((value) => ["cookie", value]);
}

test("a token is found among other cookies, under the scheme's own name only", () => {
  const headers = cookies(`a=1; hangar=${TOKEN}`, `__Host-hangar=${OTHER_TOKEN};b=2`);
  expect(cookieTokens(headers, "http")).toEqual([TOKEN]);
  expect(cookieTokens(headers, "https")).toEqual([OTHER_TOKEN]);
});

test("planted cookies do not hide the true one, up to a limit", () => {
  const planted = `hangar=rubbish; hangar=${OTHER_TOKEN}; hangar=${OTHER_TOKEN}; hangar=${TOKEN}`;
  expect(cookieTokens(cookies(planted), "http")).toEqual([OTHER_TOKEN, TOKEN]);
  const many = Array.from({ length: 9 }, (_, digit) => `hct_${String(digit).repeat(40)}`);
  const given = many.map((token) => `hangar=${token}`).join("; ");
  expect(cookieTokens(cookies(given), "http")).toEqual(many.slice(0, 8));
});

test.each(["hangar", "hangar=", "xhangar=T", "Hangar=T", 'hangar="T"'])(
  "%s offers no token",
  (text) => {
    expect(cookieTokens(cookies(text.replace("T", TOKEN)), "http")).toEqual([]);
  },
);

test("a backend sees all cookies but ours", () => {
  expect(cookiesForBackend(cookies(`a=1; hangar=${TOKEN}; b=2`, "__Host-hangar=x"))).toBe(
    "a=1; b=2",
  );
  expect(cookiesForBackend(cookies(`hangar=${TOKEN}`))).toBeUndefined();
  // The dashboard's, where the controller's host is the cluster's too.
  expect(cookiesForBackend(cookies("hangar_session=x; __Host-hangar_session=y"))).toBeUndefined();
  expect(cookiesForBackend(cookies("a=1;b=2"))).toBe("same");
  expect(cookiesForBackend([])).toBe("same");
});

test("no spelling with our name gets through to a backend", () => {
  const ours = fc.constantFrom("hangar", "__Host-hangar", " hangar ", "\thangar", "hangar\t");
  const theirs = fc
    .stringMatching(/^[a-z]{1,5}=[a-z0-9]{0,5}$/)
    .filter((pair) => !pair.startsWith("hangar"));
  const pair = fc.oneof(
    theirs,
    ours.map((name) => `${name}=${TOKEN}`),
    ours,
  );
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      const left = cookiesForBackend(cookies(pairs.join(";")));
      const seen = left === "same" ? pairs : (left ?? "").split(";");
      expect(seen.filter((text) => /^\s*(__Host-)?hangar\s*(=|$)/.test(text))).toEqual([]);
    }),
  );
});

test("the cookie lives as long as its token, out of scripts' reach", () => {
  expect(setCookieFor("http", TOKEN, 60)).toBe(
    `hangar=${TOKEN}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax`,
  );
  expect(setCookieFor("https", TOKEN, 60)).toBe(
    `__Host-hangar=${TOKEN}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure`,
  );
});

test.each([
  ["hangar=x; Path=/", "hangar"],
  [" hangar = x", "hangar"],
  ["hangar", "hangar"],
  ["hangar; Path=/=", "hangar"],
  ["=hangar=x", "hangar"],
  [" = hangar = x", "hangar"],
  ["=\t=hangar", "hangar"],
  ["=; Path=/", ""],
])("%j is about the cookie %s", (text, name) => {
  expect(cookieName(text)).toBe(name);
});
