import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  cpuMs,
  familyResidentKib,
  parseCpuUse,
  parseOpenFilesLimit,
  parseResidentKib,
} from "../../bench/process-usage.ts";

const STAT =
  "4711 (odd) name) 1) S 1 4711 4711 0 -1 4194560 900 80 1 2 150 50 30 20 20 0 11 0 12345 1000000 5000";

test("CPU time is read behind a name that holds parentheses and blanks", () => {
  expect(parseCpuUse(STAT)).toEqual({ ownMs: 2_000, endedChildrenMs: 500 });
});

test("a process that has ended has used nothing", () => {
  expect(parseCpuUse("")).toEqual({ ownMs: 0, endedChildrenMs: 0 });
  expect(parseResidentKib("")).toBe(0);
});

test("resident memory is read from the status lines", () => {
  const status = "Name:\tnginx\nVmPeak:\t  9000 kB\nVmRSS:\t    5432 kB\nThreads:\t1\n";
  expect(parseResidentKib(status)).toBe(5_432);
});

test("the soft limit of open files is the one that counts", () => {
  const line = (soft: string) =>
    `Max processes  95 95 processes\nMax open files            ${soft}                65536                files\n`;
  expect(parseOpenFilesLimit(line("20000"))).toBe(20_000);
  expect(parseOpenFilesLimit(line("unlimited"))).toBe(Number.POSITIVE_INFINITY);
});

test.runIf(process.platform === "linux")("this process's own lines are understood", () => {
  const before = cpuMs(process.pid);
  while (cpuMs(process.pid) === before) readFileSync("/proc/self/stat");
  expect(cpuMs(process.pid)).toBeGreaterThan(before);
  expect(familyResidentKib(process.pid)).toBeGreaterThan(10_000);
});
