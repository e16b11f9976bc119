import { appendFile, mkdir, readdir, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { outputKeeper } from "../../../../drone/guard/output-keeper.ts";
import { lineBegin, tailBegin } from "../../../../drone/runtime/process/output/find-line.ts";
import { Output } from "../../../../drone/runtime/process/output/output.ts";
import { OutputTimes } from "../../../../drone/runtime/process/output/output-times.ts";
import { newBackendId } from "../../../../src/protocol/ids.ts";
import { recordingLog } from "../../../harness/recording-log.ts";
import { tempDir } from "../../../harness/temp-dir.ts";
import { TestClock } from "../../../harness/test-clock.ts";

async function aFolder() {
  const dir = await tempDir();
  onTestFinished(() => dir[Symbol.asyncDispose]());
  return dir.path;
}

const print = (folder: string, text: string) => appendFile(join(folder, "output.log"), text);

/** All that is kept, from a place on. */
async function allOf(output: Output, from: number): Promise<string> {
  const { end } = await output.look();
  let text = "";
  for (let at = from; at < end; ) {
    const { place, bytes } = await output.read(at, 7);
    expect(place).toBe(at);
    at += bytes.length;
    text += bytes.toString("latin1");
  }
  return text;
}

test("whatever is printed, and whenever it is looked at, places stay and no more is kept than there may be", async () => {
  const step = record({
    kind: constantFrom("print", "look", "again"),
    length: integer({ min: 1, max: 60 }),
  });
  await assert(
    asyncProperty(array(step, { maxLength: 30 }), async (steps) => {
      await using dir = await tempDir();
      const open = () => new Output(dir.path, () => 0, 100);
      let output = open();
      let printed = "";
      await print(dir.path, "");
      for (const { kind, length } of steps) {
        const text = Array.from({ length }, (_, n) => "0123456789"[(printed.length + n) % 10]).join(
          "",
        );
        if (kind === "print") {
          await print(dir.path, text);
          printed += text;
        } else {
          // A drone that was started anew knows what stands in the files.
          if (kind === "again") output = open();
          await output.look();
        }
      }
      const { oldest, end } = await output.look();
      expect(end).toBe(printed.length);
      expect(await allOf(output, oldest)).toBe(printed.slice(oldest));
      expect((await stat(join(dir.path, "output.log"))).size).toBeLessThan(50);
    }),
    { numRuns: 40 },
  );
});

test("of much that is printed at once the end is kept, half as much as there may be", async () => {
  const folder = await aFolder();
  const output = new Output(folder, () => 0, 200);
  await print(folder, "x".repeat(5_000));
  expect(await output.look()).toEqual({ oldest: 4_900, end: 5_000 });
  await print(folder, "y".repeat(30));
  expect(await allOf(output, 4_900)).toBe("x".repeat(100) + "y".repeat(30));
  expect(await output.read(0, 4)).toEqual({ place: 4_900, bytes: Buffer.from("xxxx") });
});

test("a line has the time at which it was first seen, for the next drone, too", async () => {
  const folder = await aFolder();
  let now = 1_000;
  const output = new Output(folder, () => now);
  await print(folder, "one\n");
  await output.look();
  now = 2_000;
  await output.look();
  await print(folder, "two\n");
  await output.look();
  // A clock that is set back does not make what is later seem earlier.
  now = 500;
  await print(folder, "three\n");
  await output.look();
  for (const each of [output, new Output(folder, () => now)]) {
    await each.look();
    expect([4, 8, 14, 15].map((end) => each.seenAt(end))).toEqual([1_000, 2_000, 2_000, null]);
    expect([0, 1_000, 1_001, 2_000, 2_001].map((at) => each.beginOf(at))).toEqual([0, 0, 4, 4, 14]);
  }
});

test("times cost no more than so much, however long an app prints; what is old has them less exactly", async () => {
  const path = join(await aFolder(), "output.times");
  const times = await OutputTimes.open(path);
  for (let n = 1; n <= 8_200; n += 1) await times.note(n * 10, n, 0);
  expect((await stat(path)).size).toBeLessThan(70_000);
  const told = (of: OutputTimes) => [of.end, of.at(10), of.at(20), of.at(82_000)];
  expect(told(times)).toEqual([82_000, 2, 2, 8_200]);
  // A crash while it was written.
  await appendFile(path, "82010 82");
  expect(told(await OutputTimes.open(path))).toEqual(told(times));
});

test("what is emptied by a hand goes on at the place where it was", async () => {
  const folder = await aFolder();
  const output = new Output(folder, () => 0);
  await print(folder, "forgotten\n");
  await output.look();
  await truncate(join(folder, "output.log"));
  await print(folder, "new\n");
  expect(await output.look()).toEqual({ oldest: 10, end: 14 });
  expect(await allOf(output, 10)).toBe("new\n");
  expect(await new Output(folder, () => 0).look()).toEqual({ oldest: 10, end: 14 });
});

test("what cannot be copied away is emptied all the same", async () => {
  const folder = await aFolder();
  const output = new Output(folder, () => 0, 200);
  // As a full disk does, this lets nothing be written.
  await mkdir(join(folder, "output.older.log.new"));
  await writeFile(join(folder, "output.older.log.new", "full"), "");
  await print(folder, "x".repeat(150));
  await output.look().catch(() => undefined);
  expect((await stat(join(folder, "output.log"))).size).toBe(0);
  await print(folder, "y");
  expect((await output.look()).end).toBe(151);
});

test("lines are found from any place, and from where the oldest begins the first whole one", async () => {
  const folder = await aFolder();
  const output = new Output(folder, () => 0, 40);
  await print(folder, "a line that is cut\nsecond\nthird\n");
  const span = await output.look();
  expect(span).toEqual({ oldest: 12, end: 32 });
  expect(await lineBegin(output, span, span.oldest)).toBe(19);
  expect(await lineBegin(output, span, 22)).toBe(19);
  expect(await lineBegin(output, span, 26)).toBe(26);
  expect(await tailBegin(output, span, 1)).toBe(26);
  expect(await tailBegin(output, span, 0)).toBe(32);
  expect(await tailBegin(output, span, 99)).toBe(12);
});

test("a guard keeps the outputs of a drone that is gone, and leaves those of Docker alone", async () => {
  const dataDir = await aFolder();
  const folder = join(dataDir, "apps", newBackendId());
  await mkdir(folder, { recursive: true });
  await print(folder, "x".repeat(12 * 1_048_576));
  const { log, lines } = recordingLog();
  const deps = { clock: new TestClock(), log };
  await outputKeeper(deps, { dataDir, runtime: { name: "docker" } })();
  expect(await readdir(folder)).toEqual(["output.log"]);
  await outputKeeper(deps, { dataDir, runtime: { name: "process" } })();
  expect((await stat(join(folder, "output.log"))).size).toBe(0);
  expect((await stat(join(folder, "output.older.log"))).size).toBe(10 * 1_048_576);
  expect(lines).toEqual([]);
});
