import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERSION } from "../../src/protocol/version.ts";

test("the version that the processes tell is the package's", () => {
  expect(VERSION).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
});
