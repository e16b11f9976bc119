import { expect, test } from "vitest";
import type { HeaderPair } from "../../proxy/engine.ts";
import { applyResponseEdits, responseEdits } from "../../proxy/response-headers.ts";
import { BACKEND, TOKEN } from "./harness/scripted-controller.ts";

const edits = responseEdits(BACKEND, undefined);

test("an answer names its backend, whatever the backend says", () => {
  const edited = applyResponseEdits([["X-Hangar-Backend", "forged"]], edits);
  expect(edited.filter(([name]) => name.toLowerCase() === "x-hangar-backend")).toEqual([
    ["x-hangar-backend", BACKEND],
  ]);
});

test("CORS headers are added when the app sets none", () => {
  expect(applyResponseEdits([], edits)).toEqual([
    ["x-hangar-backend", BACKEND],
    ["access-control-allow-origin", "*"],
    ["access-control-allow-methods", "*"],
    ["access-control-allow-headers", "*, Authorization"],
  ]);
});

test.each([
  "Access-Control-Allow-Origin",
  "access-control-allow-methods",
  "ACCESS-CONTROL-ALLOW-HEADERS",
])("an app that sets %s speaks for itself", (name) => {
  const edited = applyResponseEdits([[name, "x"]], edits);
  expect(edited.filter(([key]) => /^access-control/i.test(key))).toEqual([[name, "x"]]);
});

test("a backend cannot set our cookies, and keeps its own", () => {
  const headers: HeaderPair[] = [
    ["Set-Cookie", "hangar=x; Path=/"],
    ["set-cookie", " __Host-hangar =x; Path=/; Secure"],
    ["Set-Cookie", "=hangar=x"],
    ["Set-Cookie", " = hangar = x"],
    ["Set-Cookie", "=__Host-hangar=x; Secure"],
    ["Set-Cookie", "hangar2=x"],
    ["Set-Cookie", "a=hangar"],
  ];
  const cookie = { scheme: "http", token: TOKEN, maxAgeSeconds: 9 } as const;
  const edited = applyResponseEdits(headers, responseEdits(BACKEND, cookie));
  expect(edited.filter(([name]) => /^set-cookie$/i.test(name)).map(([, value]) => value)).toEqual([
    "hangar2=x",
    "a=hangar",
    `hangar=${TOKEN}; Path=/; Max-Age=9; HttpOnly; SameSite=Lax`,
  ]);
});
