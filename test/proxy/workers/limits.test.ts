import fc from "fast-check";
import { expect, test } from "vitest";
import { Lenders } from "../../../proxy/workers/lenders.ts";
import { LentQuota } from "../../../proxy/workers/lent-quota.ts";
import { LoanBook, shareOf } from "../../../proxy/workers/loan-book.ts";

const OWNER = "192.0.2.1";

function crewOf(max: number, workers: number) {
  const lenders = new Lenders({ all: max, perAddress: max }, workers);
  let borrowed = 0;
  const quotas = Array.from(
    { length: workers },
    (_, worker) =>
      new LentQuota(
        {
          async borrow(owner) {
            borrowed += 1;
            return lenders.lend("perAddress", worker, owner);
          },
          giveBack: (owner) => lenders.giveBack("perAddress", worker, owner),
        },
        lenders.shares.perAddress,
      ),
  );
  return { lenders, quotas, asked: () => borrowed };
}

test("a share is had without asking, and of a small limit there is none", async () => {
  const { quotas, asked } = crewOf(1_024, 4);
  const [first] = quotas;
  const taken = await Promise.all(Array.from({ length: 64 }, () => first?.take(OWNER)));
  expect(taken.every((granted) => granted)).toBe(true);
  expect(asked()).toBe(0);
  expect(await first?.take(OWNER)).toBe(true);
  expect(asked()).toBe(1);
  expect(shareOf(7, 2)).toBe(0);
});

test("one worker alone gets three quarters of a limit and its share", async () => {
  const { quotas } = crewOf(100, 5);
  let granted = 0;
  while (await quotas[0]?.take(OWNER)) granted += 1;
  expect(granted).toBe(80);
});

test("whatever is taken and released, by whom and of whom, no limit is passed", async () => {
  const step = fc.record({
    worker: fc.nat({ max: 2 }),
    owner: fc.constantFrom("a", "b"),
    takes: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.array(step), async (max, steps) => {
      const { quotas } = crewOf(max, 3);
      const held = new Map<string, number>();
      const openOf = (owner: string) =>
        [0, 1, 2].reduce((sum, worker) => sum + (held.get(`${worker}${owner}`) ?? 0), 0);
      for (const { worker, owner, takes } of steps) {
        const of = `${worker}${owner}`;
        const mine = held.get(of) ?? 0;
        if (!takes && mine > 0) {
          quotas[worker]?.release(owner);
          held.set(of, mine - 1);
        } else if (takes && (await quotas[worker]?.take(owner))) held.set(of, mine + 1);
        expect(openOf(owner)).toBeLessThanOrEqual(max);
      }
    }),
  );
});

test("what a worker had is free when it is gone", () => {
  const book = new LoanBook(2);
  expect([book.lend(1, OWNER), book.lend(1, OWNER), book.lend(2, OWNER)]).toEqual([
    true,
    true,
    false,
  ]);
  book.forget(1);
  expect([book.lend(2, OWNER), book.lend(2, OWNER), book.lend(2, OWNER)]).toEqual([
    true,
    true,
    false,
  ]);
});

test("what was lent goes back before the share does", async () => {
  const given: string[] = [];
  const quota = new LentQuota(
    { borrow: async () => true, giveBack: (owner) => void given.push(owner) },
    1,
  );
  expect(quota.take(OWNER)).toBe(true);
  expect(await quota.take(OWNER)).toBe(true);
  quota.release(OWNER);
  expect(given).toEqual([OWNER]);
  quota.release(OWNER);
  expect(given).toEqual([OWNER]);
  expect(quota.take(OWNER)).toBe(true);
});
