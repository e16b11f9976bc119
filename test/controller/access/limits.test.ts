import fc from "fast-check";
import { expect, test } from "vitest";
import { FailedTries } from "../../../controller/access/failed-tries.ts";
import { TokenBuckets } from "../../../controller/access/token-buckets.ts";
import type { CreatedApiKey } from "../../../src/protocol/api-key.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { aController } from "../a-controller.ts";

test("no bucket gives more than its burst and what has flown in, and waiting as told is enough", async () => {
  const pauses = fc.array(fc.nat({ max: 3_000 }), { maxLength: 40 });
  const limit = fc.record({
    requests_per_second: fc.double({ min: 0.1, max: 100, noNaN: true }),
    burst: fc.integer({ min: 1, max: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(limit, pauses, async (rate, pausesMs) => {
      const clock = new TestClock();
      const buckets = new TokenBuckets(clock, 10);
      let given = 0;
      for (const pauseMs of pausesMs) {
        await clock.advance(pauseMs);
        const { waitMs } = buckets.take("a", rate);
        if (waitMs === 0) given += 1;
        else {
          await clock.advance(Math.ceil(waitMs) + 1);
          expect(buckets.take("a", rate).waitMs).toBe(0);
          given += 1;
        }
      }
      const most = rate.burst + (clock.monotonicMs() / 1_000) * rate.requests_per_second;
      expect(given).toBeLessThanOrEqual(most + 1e-6);
    }),
  );
});

test("one owner's use is not another's", () => {
  const buckets = new TokenBuckets(new TestClock(), 10);
  const limit = { requests_per_second: 1, burst: 1 };
  expect(buckets.take("a", limit).waitMs).toBe(0);
  expect(buckets.take("a", limit).waitMs).toBe(1_000);
  expect(buckets.take("b", limit).waitMs).toBe(0);
});

test("wrong keys count against an address, and an IPv6 network counts as one", () => {
  const failed = new FailedTries(new TestClock());
  for (let tries = 0; tries < 60; tries += 1) failed.count(`2001:db8::${tries}`);
  expect(() => failed.check("2001:db8:0:0:1::")).toThrow(/too many/);
  expect(() => failed.check("2001:db8:0:1::1")).not.toThrow();
});

test("a key with a limit is told of it, refused beyond it, and others are not", async () => {
  await using hangar = await aController();
  const rate_limit = { requests_per_second: 0.01, burst: 2 };
  const request = { name: "slow", scopes: ["read"], rate_limit };
  const { key } = (await hangar.call("POST", "/v1/api-keys", request)).body as CreatedApiKey;
  const ask = () => hangar.call("GET", "/v1/session", undefined, key);
  const [first] = [await ask(), await ask()];
  expect(first.status).toBe(200);
  expect(first.headers.get("ratelimit-policy")).toBe('"key";q=2;w=200');
  expect(first.headers.get("ratelimit")).toBe('"key";r=1;t=100');
  const refused = await ask();
  expect(refused).toMatchObject({ status: 429, body: { error: { code: "rate-limited" } } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(90);
  const other = await hangar.call("GET", "/v1/session");
  expect([other.status, other.headers.get("ratelimit")]).toEqual([200, null]);
});

test("the controller's own limit is for keys without one, but those of admins and machines", async () => {
  await using hangar = await aController({ rateLimit: { requests_per_second: 0.01, burst: 1 } });
  const statuses = async (request: object) => {
    const made = await hangar.call("POST", "/v1/api-keys", { name: "x", ...request });
    const { key } = made.body as CreatedApiKey;
    const ask = async () => (await hangar.call("GET", "/v1/session", undefined, key)).status;
    return [await ask(), await ask()];
  };
  const own = { requests_per_second: 1, burst: 9 };
  expect(await statuses({ scopes: ["read", "connect"] })).toEqual([200, 429]);
  expect(await statuses({ scopes: ["read"], rate_limit: own })).toEqual([200, 200]);
  expect(await statuses({ scopes: ["read", "admin"] })).toEqual([200, 200]);
  expect(await statuses({ scopes: ["drone"] })).toEqual([200, 200]);
});

test("no rate is so small that waiting for it has no number", async () => {
  await using hangar = await aController();
  const make = (requests_per_second: number) =>
    hangar.call("POST", "/v1/api-keys", {
      ...{ name: "slow", scopes: ["read"], rate_limit: { requests_per_second, burst: 1_000_000 } },
    });
  expect(await make(5e-324)).toMatchObject({
    status: 400,
    body: { error: { details: { field: "rate_limit.requests_per_second" } } },
  });
  expect((await make(0.001)).status).toBe(201);
});
