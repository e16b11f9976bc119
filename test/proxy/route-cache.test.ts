import { expect, test } from "vitest";
import { routeKey } from "../../proxy/refusal.ts";
import { RouteCache } from "../../proxy/route-cache.ts";
import type { Route } from "../../src/protocol/proxy-messages.ts";
import { TestClock } from "../harness/test-clock.ts";
import { BACKEND, routeTo } from "./harness/scripted-controller.ts";

function route(): Route {
  const result = routeTo(1);
  if (result.kind !== "route") throw new Error("not a route");
  return result.route;
}

const keyOf = (label: string) => routeKey({ label, token: undefined });

test("the cache is bounded, and whoever waits on what is dropped looks again", () => {
  const cache = new RouteCache({ clock: new TestClock() }, 2);
  const { view } = cache.keepRoute(keyOf("a"), route());
  let woken = 0;
  view.onWake(() => {
    woken += 1;
  });
  const other = { ...route(), backend_id: "bbbbbbbbbbbbbb" as Route["backend_id"] };
  cache.keepRoute(keyOf("b"), other);
  cache.keepRoute(keyOf("c"), other);
  expect(cache.size).toBe(2);
  expect(cache.find(keyOf("a"))).toBeUndefined();
  expect(woken).toBe(1);
});

test("news of one backend reach all its routes", () => {
  const cache = new RouteCache({ clock: new TestClock() });
  cache.keepRoute(keyOf("a"), route());
  cache.keepRoute(keyOf("b"), route());
  cache.change(BACKEND, { status: "terminating", reason: "swept" });
  expect(cache.find(keyOf("a"))).toBeUndefined();
  expect(cache.find(keyOf("b"))).toBeUndefined();
  expect(cache.size).toBe(0);
});
