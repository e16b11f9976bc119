import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { INTEGRATION, LEFT_OUT, type Row, UNITS } from "./plane-tests.ts";
import { NOT_OURS, WEAKNESSES } from "./plane-weaknesses.ts";

/** How many integration tests Plane has, and how many weaknesses were seen in its code. */
const PLANES_TESTS = 44;
const PLANES_WEAKNESSES = 30;

const files = new Map<string, string>();

function read(file: string): string {
  const text = files.get(file) ?? readFileSync(join(import.meta.dirname, "..", file), "utf8");
  files.set(file, text);
  return text;
}

/** The title as the first argument of `test`, or of what `test.each` has made. */
function hasTest(file: string, title: string): boolean {
  const text = read(file);
  return ['"', "'", "`"].some((quote) => {
    const at = text.indexOf(`${quote}${title}${quote}`);
    return at !== -1 && /(\btest|\))\(\s*$/.test(text.slice(Math.max(0, at - 40), at));
  });
}

test.each<Row>([...INTEGRATION, ...UNITS, ...WEAKNESSES])("%s", (_what, ...tests) => {
  expect(tests).not.toEqual([]);
  const missing = tests.filter((each) => {
    const [file = "", ...title] = each.split(": ");
    return !hasTest(file, title.join(": "));
  });
  expect(missing).toEqual([]);
});

test("each of Plane's integration tests has ours, or a reason why not", () => {
  const names = [...INTEGRATION.map(([name]) => name), ...Object.keys(LEFT_OUT)];
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(PLANES_TESTS);
});

test("each of Plane's weaknesses is shown not to be ours, or is out of reach", () => {
  const numbers = [
    ...WEAKNESSES.map(([what]) => Number.parseInt(what, 10)),
    ...numbersOf(NOT_OURS),
  ];
  expect(numbers.sort((a, b) => a - b)).toEqual(
    Array.from({ length: PLANES_WEAKNESSES }, (_, at) => at + 1),
  );
});

function numbersOf(record: Readonly<Record<number, string>>): number[] {
  return Object.keys(record).map(Number);
}
