import { expect, test } from "vitest";
import { readOptions } from "./options.ts";

test("a run of minutes has as many faults as fit into them, calm included", () => {
  expect(readOptions(["--minutes", "14", "--every", "2"]).faults).toBe(300);
  expect(readOptions(["--faults", "20"]).faults).toBe(20);
});

test("without a seed one is chosen, so that it can be told", () => {
  expect(readOptions(["--seed", "7"]).seed).toBe(7);
  expect(readOptions([]).seed).toBeGreaterThanOrEqual(0);
});

test("a lease is four times in seconds", () => {
  const { lease } = readOptions(["--lease", "3,4.5,6,8"]);
  expect(lease).toEqual({ renewMs: 3_000, softMs: 4_500, hardMs: 6_000, expiryMs: 8_000 });
});

test.each([
  ["--lease", "3,4"],
  ["--faults", "none"],
  ["--store", "mongo"],
  ["--wrong", "1"],
  ["--seed", "x"],
  ["--targets", "dockerd-1,moon"],
])("%s %s is refused", (...words) => {
  expect(() => readOptions(words)).toThrow();
});
