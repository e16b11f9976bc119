import { expect, test } from "vitest";
import { parseDockerIgnore } from "../../../src/cli/dev/docker-ignore.ts";

function ignored(rules: string, ...paths: string[]): string[] {
  const ignore = parseDockerIgnore(rules);
  return paths.filter((path) => ignore.ignores(path));
}

// The examples are those of Docker's documentation.
test("a pattern fits at its depth, ** at any", () => {
  const paths = ["temp", "somedir/temporary.txt", "somedir/subdir/temp", "tempa", "a/temp"];
  expect(ignored("*/temp*", ...paths)).toEqual(["somedir/temporary.txt", "a/temp"]);
  expect(ignored("*/*/temp*", ...paths)).toEqual(["somedir/subdir/temp"]);
  expect(ignored("temp?", ...paths)).toEqual(["tempa"]);
  expect(ignored("**/*.go", "a.go", "x/y/b.go", "b.gox")).toEqual(["a.go", "x/y/b.go"]);
  expect(ignored("foo/**/bar", "foo/bar", "foo/a/b/bar", "bar")).toEqual([
    "foo/bar",
    "foo/a/b/bar",
  ]);
});

test("the last rule that fits decides; ! takes back in", () => {
  const rules = "*.md\n!README*.md\nREADME-secret.md";
  const paths = ["a.md", "README.md", "README-secret.md", "README-x.md"];
  expect(ignored(rules, ...paths)).toEqual(["a.md", "README-secret.md"]);
  expect(ignored("*\n!src\nsrc/gen", "a", "src/b", "src/gen/c", "src")).toEqual(["a", "src/gen/c"]);
});

test("comments, blanks, slashes and dots around a path mean nothing", () => {
  const rules = "\uFEFF# node_modules\n\n  /dist/ \r\n./tmp\n  #odd\n.\n!";
  expect(ignored(rules, "node_modules", "dist/a", "tmp/b", "#odd", "x")).toEqual([
    ...["dist/a", "tmp/b", "#odd"],
  ]);
});

test("what a pattern has of a regular expression is plain text; ranges and escapes are not", () => {
  expect(ignored("a.b(c)+", "a.b(c)+", "axb(c)+")).toEqual(["a.b(c)+"]);
  expect(ignored("[a-c]x\n\\*y", "bx", "dx", "*y", "zy")).toEqual(["bx", "*y"]);
});

test("a folder need not be looked into if nothing below it comes back", () => {
  const ignore = parseDockerIgnore("node_modules\ndata\n!data/keep/*.txt\nlogs\n!**/x");
  expect(ignore.ignoresAllBelow("data")).toBe(false);
  expect(ignore.ignoresAllBelow("logs")).toBe(false);
  const plain = parseDockerIgnore("node_modules\ndata\n!data/keep/*.txt");
  expect(plain.ignoresAllBelow("node_modules")).toBe(true);
  expect(plain.ignoresAllBelow("data")).toBe(false);
  expect(plain.ignoresAllBelow("data/other")).toBe(true);
  expect(plain.ignoresAllBelow("src")).toBe(false);
});
