import fc from "fast-check";
import { expect, test } from "vitest";
import { accepted, type BackendRecord, withState } from "../../../drone/backend/backend-record.ts";
import { type Lease, phaseOf } from "../../../drone/lease/lease.ts";
import { obeyLease, pin, unpin } from "../../../drone/lease/obey-lease.ts";
import { newActionId, specOf } from "../spec-of.ts";

const CLOCK = "boot";
const at = (ms: number) => ({ clock: CLOCK, ms });
const askedAt = (ms: number): Lease => ({
  clock: CLOCK,
  askedAt: ms,
  renewAt: ms + 30,
  softAt: ms + 40,
  hardAt: ms + 50,
});
const address = { host: "127.0.0.1", port: 8080 };
const ready = withState(accepted(specOf(), 1), { status: "ready", address }, 2);

function obeyed(record: BackendRecord, lease: Lease, ms: number): BackendRecord {
  return obeyLease(record, lease, at(ms), 3) ?? record;
}

test.each([
  [0, "held"],
  [39, "held"],
  [40, "soft"],
  [49, "soft"],
  [50, "hard"],
  [1_000_000, "hard"],
  [-1, "hard"],
] as const)("%i ms after it was asked for, a lease of 40 and 50 ms is %s", (ms, phase) => {
  expect(phaseOf(askedAt(100), at(100 + ms))).toBe(phase);
});

test("after another boot every deadline has passed", () => {
  expect(phaseOf(askedAt(0), { clock: "another", ms: 1 })).toBe("hard");
});

test("a backend ends softly at the soft deadline, and hard at the hard one", () => {
  const lease = askedAt(0);
  expect(obeyLease(ready, lease, at(39), 3)).toBeUndefined();
  const soft = obeyed(ready, lease, 40);
  expect(soft.state).toEqual({ status: "terminating", reason: "keyexpired" });
  expect(obeyLease(soft, lease, at(49), 3)).toBeUndefined();
  expect(obeyed(soft, lease, 50).state).toEqual({
    status: "hard-terminating",
    reason: "keyexpired",
  });
});

test("no later lease moves the deadlines of a backend whose soft deadline has passed", () => {
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 49 }), fc.integer({ min: 1, max: 500 }), (ms, later) => {
      const soft = obeyed(ready, askedAt(0), ms);
      expect(obeyed(soft, askedAt(later), 49).end?.kind).toBe("soft");
      expect(obeyed(soft, askedAt(later), 50).end?.kind).toBe("hard");
    }),
  );
});

test("one that is ending for another reason keeps it until the hard deadline", () => {
  const end = { kind: "soft", reason: "swept" } as const;
  const swept = { ...withState(ready, { status: "terminating", reason: "swept" }, 3), end };
  const soft = obeyed(swept, askedAt(0), 40);
  expect(soft.end).toEqual(end);
  expect(obeyed(soft, askedAt(500), 50).end).toEqual({ kind: "hard", reason: "keyexpired" });
});

test("a spawn that is not confirmed has no deadlines yet", () => {
  const unconfirmed = { actionId: newActionId(), beginBy: at(10) };
  expect(obeyLease(accepted(specOf(), 1, unconfirmed), askedAt(0), at(60), 3)).toBeUndefined();
});

test("what has ended obeys nobody", () => {
  const ended = withState(ready, { status: "terminated", reason: "exited" }, 3);
  expect(obeyLease(ended, askedAt(0), at(60), 3)).toBeUndefined();
});

test("deadlines that are pinned hold against every lease; provisional ones give way", () => {
  const pinned = pin(ready, askedAt(0));
  expect(unpin(pinned)).toBe(pinned);
  expect(obeyed(unpin(pinned), askedAt(30), 45).end?.kind).toBe("soft");
  const provisional = { ...ready, deadlines: { ...askedAt(0), provisional: true } } as const;
  expect(obeyed(unpin(provisional), askedAt(30), 45)).not.toHaveProperty("end");
  expect(obeyed(unpin(pin(provisional, askedAt(30))), askedAt(30), 45).end?.kind).toBe("soft");
});
