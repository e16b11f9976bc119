import { createRequire } from "node:module";
import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, expect } from "vitest";
import type { HeardAnswer, Hearing } from "./heard-answer.ts";
import { ToldAnswers } from "./told-answers.ts";

/**
 * Set up before each test file: every answer that a controller gives, in the test's own process or in one
 * that it starts, is held against the API's document, whoever asked. What the document does not say fails
 * the test.
 */
const { hearAnswers } = createRequire(import.meta.url)("./hear-answers.cjs") as Hearing;
const heard: { answer: HeardAnswer; by: FastifyInstance }[] = [];
hearAnswers((answer, by) => heard.push({ answer, by }));
const told = new ToldAnswers();
Object.assign(process.env, told.env);

afterEach(expectSaid);
afterAll(async () => {
  await expectSaid();
  told[Symbol.dispose]();
});

async function expectSaid(): Promise<void> {
  const [ours, theirs] = [heard.splice(0), told.next()];
  // Most test files have no controller, and need not load what judges its answers.
  if (ours.length + theirs.length === 0) return;
  const { judgeAnswers } = await import("./judge-answers.ts");
  const unsaid = await judgeAnswers(ours, theirs);
  expect(unsaid, "answers that the API's document does not say").toEqual([]);
}
