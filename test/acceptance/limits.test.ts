import fc from "fast-check";
import { expect, test } from "vitest";
import { NodeName } from "../../src/protocol/ids.ts";
import { checkLease, LEASE } from "../../src/protocol/lease.ts";
import {
  ACTIVITY_INTERVAL_MS,
  ACTIVITY_TRUST_MS,
  DRONE_UNHEALTHY_MS,
  HEARTBEAT_INTERVAL_MS,
  SOCKET_PING_INTERVAL_MS,
  SOCKET_SILENCE_LIMIT_MS,
} from "../../src/protocol/timings.ts";
import { validatorOf } from "../../src/protocol/validate.ts";

test.each([
  ["dr-one", true],
  ["a", true],
  ["0".repeat(45), true],
  ["0".repeat(46), false],
  ["", false],
  ["-dr", false],
  ["dr-", false],
  ["Drone", false],
  ["dr_one", false],
  ["dr.one", false],
  ["drohne-ü", false],
])("%j is a name of a drone: %s", (name, expected) => {
  expect(validatorOf(NodeName).accepts(name)).toBe(expected);
});

test("a lease has its four times in one order only", () => {
  expect(checkLease(LEASE)).toBe(LEASE);
  const times = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: -3, max: 8 })));
  fc.assert(
    fc.property(times, ([renewMs = 0, softMs = 0, hardMs = 0, expiryMs = 0]) => {
      const isOrdered = [0, renewMs, softMs, hardMs].every(
        (time, at) => time < ([renewMs, softMs, hardMs, expiryMs][at] ?? 0),
      );
      const check = () => checkLease({ renewMs, softMs, hardMs, expiryMs });
      if (isOrdered) expect(check()).toBeDefined();
      else expect(check).toThrow("0 < renew < soft < hard < expiry");
    }),
    { numRuns: 2_000 },
  );
});

test("who is silent is doubted only after several missed signs of life", () => {
  expect(DRONE_UNHEALTHY_MS).toBeGreaterThan(3 * HEARTBEAT_INTERVAL_MS);
  expect(ACTIVITY_TRUST_MS).toBeGreaterThan(3 * ACTIVITY_INTERVAL_MS);
  expect(SOCKET_SILENCE_LIMIT_MS).toBeGreaterThan(2 * SOCKET_PING_INTERVAL_MS);
  // A drone may be given nothing new before its lease ends, and is not doubted after.
  expect(DRONE_UNHEALTHY_MS).toBeLessThan(LEASE.expiryMs);
});
