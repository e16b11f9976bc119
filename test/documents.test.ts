import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("every file that ARCHITECTURE.md names is there", () => {
  const text = readFileSync("ARCHITECTURE.md", "utf8");
  const named = [...text.matchAll(/`((?:controller|drone|proxy|src|test)\/[\w./-]+\.ts)`/g)];
  expect(named.length).toBeGreaterThan(10);
  expect(named.map(([, path = ""]) => path).filter((path) => !existsSync(path))).toEqual([]);
});
