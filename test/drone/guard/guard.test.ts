import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { accepted, type BackendRecord, withState } from "../../../drone/backend/backend-record.ts";
import { Guard } from "../../../drone/guard/guard.ts";
import { JournalReader } from "../../../drone/guard/journal-reader.ts";
import type { Killer } from "../../../drone/guard/open-killer.ts";
import { GUARD_MARGIN_MS } from "../../../drone/guard/watch-list.ts";
import { Journal } from "../../../drone/journal/journal.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { ServiceStack } from "../../../src/shared/service-stack.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { TestBootClock } from "../../harness/test-boot-clock.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { newActionId, specOf } from "../spec-of.ts";

const HARD_MS = 50_000;

/** A guard of a journal that a test writes, and a killer that does as a test says. */
async function guardBench() {
  const stack = new ServiceStack();
  const directory = stack.use(await tempDir());
  const path = join(directory.path, "drone.db");
  const clock = new TestClock();
  const bootClock = new TestBootClock(clock);
  const kills: BackendId[] = [];
  const killer: Killer = {
    async kill(id) {
      kills.push(id);
      return "ended";
    },
  };
  const openJournal = () => {
    const journal = new Journal(path);
    stack.defer(() => journal[Symbol.dispose]());
    journal.saveOwner({ drone: "dr-one", cluster: "test" });
    return journal;
  };
  const journal = openJournal();
  const reader = new JournalReader(path);
  stack.defer(() => reader[Symbol.dispose]());
  const { log, lines } = recordingLog();
  const guard = new Guard({ reader, openKiller: () => killer, bootClock, log });
  const askedAt = bootClock.nowMs();
  const deadlines = (hardMs: number) => ({
    clock: bootClock.id,
    askedAt,
    softAt: askedAt + hardMs - 10_000,
    hardAt: askedAt + hardMs,
  });
  return {
    path,
    journal,
    openJournal,
    guard,
    killer,
    kills,
    bootClock,
    lines,
    deadlines,
    lease: (hardMs = HARD_MS, into = journal) =>
      into.saveLease({ ...deadlines(hardMs), renewAt: askedAt + 30_000 }),
    backend(over: Partial<BackendRecord> = {}) {
      const record = { ...accepted(specOf(), 1), ...over };
      journal.insert(record);
      return record;
    },
    /** Looks after so long, and lets kills go on. */
    async lookAfter(ms: number) {
      await clock.advance(ms);
      guard.look();
      await new Promise((resolve) => setImmediate(resolve));
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

test("a backend is killed once its hard deadline has passed, and once only", async () => {
  await using bench = await guardBench();
  bench.lease();
  const { spec } = bench.backend();
  await bench.lookAfter(0);
  await bench.lookAfter(HARD_MS + GUARD_MARGIN_MS - 1);
  expect(bench.kills).toEqual([]);
  expect(bench.guard.isIdle).toBe(false);
  await bench.lookAfter(1);
  await bench.lookAfter(10_000);
  expect(bench.kills).toEqual([spec.backend_id]);
  expect(bench.guard.isIdle).toBe(true);
});

test("a lease that is renewed is heard of", async () => {
  await using bench = await guardBench();
  bench.lease();
  bench.backend();
  await bench.lookAfter(30_000);
  bench.lease(HARD_MS + 30_000);
  await bench.lookAfter(49_000);
  expect(bench.kills).toEqual([]);
  await bench.lookAfter(2_000);
  expect(bench.kills).toHaveLength(1);
});

test("deadlines of its own count for a backend, not the drone's lease", async () => {
  await using bench = await guardBench();
  const own = bench.backend({ deadlines: bench.deadlines(20_000) });
  bench.backend();
  bench.lease();
  await bench.lookAfter(21_000);
  expect(bench.kills).toEqual([own.spec.backend_id]);
});

test("a spawn that is not confirmed is not watched, nor is one that has ended", async () => {
  await using bench = await guardBench();
  bench.lease();
  const beginBy = { clock: bench.bootClock.id, ms: 0 };
  bench.backend({ unconfirmed: { actionId: newActionId(), beginBy } });
  const ended = bench.backend();
  bench.journal.save(withState(ended, { status: "terminated", reason: "exited" }, 2));
  await bench.lookAfter(0);
  expect(bench.guard.isIdle).toBe(true);
  await bench.lookAfter(60_000);
  expect(bench.kills).toEqual([]);
});

test("what the drone has forgotten is killed too, if it should still run at its deadline", async () => {
  await using bench = await guardBench();
  bench.lease();
  const { spec } = bench.backend();
  await bench.lookAfter(0);
  bench.journal.forget(spec.backend_id, 2);
  await bench.lookAfter(51_000);
  expect(bench.kills).toEqual([spec.backend_id]);
  await bench.lookAfter(1_000);
  expect(bench.guard.isIdle).toBe(true);
});

test("once the drone is gone, what has ended is made an end of at once, and nothing else is", async () => {
  await using bench = await guardBench();
  bench.lease();
  const [lives, ended] = [bench.backend(), bench.backend()];
  await bench.lookAfter(0);
  bench.journal.forget(ended.spec.backend_id, 2);
  await bench.lookAfter(1_000);
  expect(bench.kills).toEqual([]);
  bench.guard.droneGone();
  await bench.lookAfter(1_000);
  expect(bench.kills).toEqual([ended.spec.backend_id]);
  expect(bench.guard.isIdle).toBe(false);
  bench.journal.forget(lives.spec.backend_id, 3);
  await bench.lookAfter(1_000);
  await bench.lookAfter(1_000);
  expect(bench.guard.isIdle).toBe(true);
});

test("a journal that was deleted is read on, and a new one in its place is read then", async () => {
  await using bench = await guardBench();
  bench.lease();
  const { spec } = bench.backend();
  await bench.lookAfter(0);
  for (const side of ["", "-wal", "-shm"]) await rm(bench.path + side);
  bench.lease(HARD_MS + 30_000);
  await bench.lookAfter(60_000);
  expect(bench.kills).toEqual([]);
  const next = bench.openJournal();
  const adopted = accepted(specOf(), 1);
  next.insert({ ...adopted, deadlines: bench.deadlines(61_000) });
  await bench.lookAfter(2_000);
  expect(bench.kills).toEqual([adopted.spec.backend_id]);
  await bench.lookAfter(20_000);
  expect(bench.kills).toEqual([adopted.spec.backend_id, spec.backend_id]);
});

test("a journal that cannot be read frees nobody: what was read last holds", async () => {
  await using bench = await guardBench();
  bench.lease();
  const { spec } = bench.backend();
  await bench.lookAfter(0);
  for (const side of ["", "-wal", "-shm"]) await rm(bench.path + side);
  await writeFile(bench.path, "rubbish");
  for (let looks = 0; looks < 5; looks += 1) await bench.lookAfter(1_000);
  await bench.lookAfter(HARD_MS);
  expect(bench.kills).toEqual([spec.backend_id]);
  expect(bench.lines.filter((line) => line.includes("cannot be read"))).toHaveLength(1);
});

test("after another boot nothing has the right to run", async () => {
  await using bench = await guardBench();
  bench.lease();
  bench.backend();
  bench.bootClock.reboot();
  await bench.lookAfter(0);
  expect(bench.kills).toHaveLength(1);
});

test("a kill that fails is tried again, and told once", async () => {
  await using bench = await guardBench();
  bench.lease();
  const { spec } = bench.backend();
  const { kill } = bench.killer;
  let tries = 0;
  bench.killer.kill = async () => {
    tries += 1;
    throw new Error("Docker is away");
  };
  for (let looks = 0; looks < 3; looks += 1) await bench.lookAfter(51_000);
  expect(tries).toBe(3);
  expect(bench.guard.isIdle).toBe(false);
  bench.killer.kill = kill;
  await bench.lookAfter(500);
  expect(bench.kills).toEqual([spec.backend_id]);
  expect(bench.lines.filter((line) => line.includes("cannot end it"))).toHaveLength(1);
});

test("what was only created is looked at again: a slow drone may start it yet", async () => {
  await using bench = await guardBench();
  bench.lease();
  bench.backend();
  let tries = 0;
  bench.killer.kill = async () => (++tries < 3 ? "created" : "ended");
  for (let looks = 0; looks < 5; looks += 1) await bench.lookAfter(51_000);
  expect(tries).toBe(3);
});

test("many are killed a few at a time, and all in the end", async () => {
  await using bench = await guardBench();
  bench.lease();
  for (let count = 0; count < 100; count += 1) bench.backend();
  const { kill } = bench.killer;
  let [now, most] = [0, 0];
  bench.killer.kill = async (id) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return await kill(id, undefined);
  };
  await bench.lookAfter(51_000);
  await waitFor("all", async () => {
    await bench.lookAfter(1);
    return new Set(bench.kills).size === 100;
  });
  expect(most).toBe(16);
  expect(bench.kills).toHaveLength(100);
});
