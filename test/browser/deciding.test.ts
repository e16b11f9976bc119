import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AfterClose, afterClose } from "../../src/browser/after-close.ts";
import { isEnding as endingForPages, RANK } from "../../src/browser/life.ts";
import { reconnectDelayMs } from "../../src/browser/reconnect-delay.ts";
import { pageUrl, socketUrl } from "../../src/browser/socket-url.ts";
import { isEnding, rank, STATUSES } from "../../src/protocol/statuses.ts";

describe("what a page decides by itself", () => {
  test.each<[number, boolean, number, AfterClose]>([
    [1006, false, 0, "ask"],
    [1001, false, 0, "ask"],
    [1000, true, 10, "completed"],
    [1001, true, 60_000, "reconnect-at-once"],
    [1012, true, 60_000, "reconnect-at-once"],
    [1001, true, 10, "reconnect"],
    [1006, true, 60_000, "reconnect"],
    [1011, true, 60_000, "reconnect"],
    [1013, true, 60_000, "reconnect"],
    [3000, true, 60_000, "reconnect"],
    [1008, true, 60_000, "refused"],
    [4000, true, 60_000, "refused"],
    [4999, true, 10, "refused"],
  ])("after code %i (open: %s, for %i ms): %s", (code, wasOpen, openMs, what) => {
    expect(afterClose({ code, reason: "", wasOpen, openMs })).toBe(what);
  });

  test.each<[boolean, AfterClose]>([
    [true, "reconnect"],
    [false, "refused"],
  ])("a page that knows better (%s): %s, whatever the code", (overruledBy, what) => {
    for (const [code, wasOpen] of [
      [4000, true],
      [1001, true],
      [1006, false],
    ] as const) {
      const close = { code, reason: "", wasOpen, openMs: 60_000 };
      expect(afterClose(close, overruledBy)).toBe(what);
    }
  });

  test("pauses grow with the failures, are at random, and have a limit", () => {
    expect(reconnectDelayMs(0, 0)).toBe(0);
    expect(reconnectDelayMs(0, 1)).toBe(200);
    expect([1, 2, 3, 20].map((failures) => reconnectDelayMs(failures, 1))).toEqual([
      250, 500, 1_000, 10_000,
    ]);
    expect([1, 2, 20].map((failures) => reconnectDelayMs(failures, 0))).toEqual([125, 250, 5_000]);
    expect(reconnectDelayMs(20, 1, 30)).toBe(30);
  });

  test.each([
    ["http://b.localhost:9090/hct_1/", "/live", "ws://b.localhost:9090/hct_1/live"],
    [
      "http://b.localhost:9090/hct_1/",
      "live?name=a%20b",
      "ws://b.localhost:9090/hct_1/live?name=a%20b",
    ],
    ["https://b.example.com/hct_1/", "", "wss://b.example.com/hct_1/"],
    ["https://b.example.com/", "//evil.example.com/", "wss://b.example.com/evil.example.com/"],
    ["https://b.example.com", "a/b?c?d", "wss://b.example.com/a/b?c?d"],
  ])("below %s the socket %s is %s", (url, path, socket) => {
    expect(socketUrl(url, path)).toBe(socket);
    expect(pageUrl(url, path)).toBe(socket.replace("ws", "http"));
  });

  test("no path leads to another host, or loses what stands before it", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."/a?.%\\#:@ é") }), (path) => {
        const { host, pathname } = new URL(socketUrl("https://b.example.com/hct_1/", path));
        expect(host).toBe("b.example.com");
        if (!path.includes("..")) expect(pathname.startsWith("/hct_1/")).toBe(true);
      }),
    );
  });

  test("a page knows the order of a backend's life as everybody does", () => {
    expect(Object.entries(RANK)).toEqual(STATUSES.map((status) => [status, rank(status)]));
    for (const status of STATUSES) expect(endingForPages(status)).toBe(isEnding(status));
    expect(endingForPages(undefined)).toBe(false);
  });
});
