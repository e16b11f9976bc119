import { join } from "node:path";
import { expect, test } from "vitest";
import { Journal } from "../../../drone/journal/journal.ts";
import { HeldLease } from "../../../drone/lease/held-lease.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { TestBootClock } from "../../harness/test-boot-clock.ts";
import { TestClock } from "../../harness/test-clock.ts";

test("the lease that was asked for last is held, also by the next drone", async () => {
  await using directory = await tempDir();
  const path = join(directory.path, "drone.db");
  const bootClock = new TestBootClock(new TestClock());
  const leaseOf = (askedAt: number) => ({
    clock: bootClock.id,
    askedAt,
    renewAt: askedAt + 30,
    softAt: askedAt + 40,
    hardAt: askedAt + 50,
  });
  const now = bootClock.nowMs();
  {
    using journal = new Journal(path);
    const held = new HeldLease({ journal, bootClock });
    expect(held.phase).toBe("none");
    held.take(leaseOf(now));
    held.take(leaseOf(now - 5));
    expect(held.current).toEqual(leaseOf(now));
    expect(held.phase).toBe("held");
  }
  using journal = new Journal(path);
  const held = new HeldLease({ journal, bootClock });
  expect(held.current).toEqual(leaseOf(now));
  bootClock.reboot();
  expect(held.phase).toBe("hard");
  held.take(leaseOf(now - 5));
  expect(held.phase).toBe("held");
});
