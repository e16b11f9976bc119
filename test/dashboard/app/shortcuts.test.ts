import { expect, test } from "vitest";
import { mayDo } from "../../../dashboard/app/may.ts";
import { shortcutOf } from "../../../dashboard/app/shortcuts.ts";
import { visibleViews } from "../../../dashboard/app/views.ts";
import type { Scope } from "../../../src/protocol/api-key.ts";
import { aSession } from "../scene.ts";

const press = (key: string, where: "text" | "control" | "dialog" | "page", hasModifier = false) =>
  shortcutOf({ key, where, hasModifier });

test("letters are shortcuts on the page, and letters where somebody types", () => {
  expect([press("j", "page"), press("/", "page"), press("?", "page")]).toEqual([
    "next",
    "search",
    "help",
  ]);
  expect([press("j", "text"), press("/", "text"), press("Enter", "text")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(press("Escape", "text")).toBe("back");
});

test("a dialog has the keyboard for itself, and the browser its own shortcuts", () => {
  expect([press("j", "dialog"), press("Escape", "dialog")]).toEqual([undefined, undefined]);
  expect(press("k", "page", true)).toBeUndefined();
});

test("Enter on a link or button is the link's or the button's", () => {
  expect([press("Enter", "control"), press("Enter", "page")]).toEqual([undefined, "open"]);
});

const pathsOf = (...scopes: Scope[]) =>
  visibleViews(mayDo(aSession({ scopes }))).map(({ path }) => path);

test("a key of one namespace is shown nothing that is about the whole cluster", () => {
  const may = mayDo(aSession({ scopes: ["admin"], namespace: "docs" }));
  expect(visibleViews(may).map(({ path }) => path)).toEqual([
    ...["/backends", "/spawn", "/services", "/events"],
  ]);
  expect(may.drain).toBe(false);
});

test("a key of scope read is shown nothing that it may not do", () => {
  expect(pathsOf("read")).toEqual(["/backends", "/services", "/events", "/drones", "/cluster"]);
  expect(pathsOf("connect")).toEqual(["/spawn"]);
  expect(pathsOf("admin")).toContain("/keys");
  expect(pathsOf("drone")).toEqual([]);
  expect(mayDo(aSession({ scopes: ["read", "connect"] }))).toMatchObject({
    connect: true,
    drain: false,
  });
});
