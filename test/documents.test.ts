import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("every file that the documents link to is there", () => {
  for (const document of ["README.md", "ARCHITECTURE.md", "PROTOCOL.md", "CONTRIBUTING.md"]) {
    const links = readFileSync(document, "utf8").matchAll(/\]\((?!https?:)([^)#]+)\)/g);
    const targets = [...links].map(([, target = ""]) => target);
    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  }
});

test("every file that ARCHITECTURE.md names is there", () => {
  const text = readFileSync("ARCHITECTURE.md", "utf8");
  const named = [...text.matchAll(/`((?:controller|drone|proxy|src|test)\/[\w./-]+\.ts)`/g)];
  expect(named.length).toBeGreaterThan(10);
  expect(named.map(([, path = ""]) => path).filter((path) => !existsSync(path))).toEqual([]);
});
