import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureCommand } from "../../scripts/debian.ts";
import { helpSuite } from "./machines/help-suite.ts";
import { productionSuite } from "./machines/production-suite.ts";
import { readmeSuite } from "./machines/readme-suite.ts";
import { shownLines } from "./machines/shown-lines.ts";
import { openStage, type Stage } from "./machines/stage.ts";
import { upgradeSuite } from "./machines/upgrade-suite.ts";

const SLOW_MS = 120_000;
const lines = await shownLines();

let stage: Stage;
beforeAll(async () => {
  for (const name of ["curl", "jq", "sqlite3"]) await ensureCommand(name, name);
  stage = await openStage();
}, SLOW_MS);
afterAll(() => stage?.[Symbol.asyncDispose](), SLOW_MS);

describe("what the help shows", () => helpSuite(() => stage, lines));
describe("README.md", () => readmeSuite(() => stage));
describe("docs/production.md", () => productionSuite(() => stage));
describe("an upgrade", () => upgradeSuite(() => stage));

test("no line that the help or a document shows was left out", () => {
  const shown = [...lines.ended, ...lines.serving];
  expect(shown.length).toBeGreaterThan(40);
  expect(shown.filter((line) => !stage.ran.has(line))).toEqual([]);
});
