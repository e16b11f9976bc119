import { subscribe } from "node:diagnostics_channel";
import type { FastifyInstance } from "fastify";
import { afterEach, expect } from "vitest";

/**
 * Set up before each test file: every answer that a controller in the test's own process gives is held
 * against the API's document, whoever asked. What the document does not say fails the test.
 */
const unsaid: string[] = [];

afterEach(() => {
  expect(unsaid.splice(0), "answers that the API's document does not say").toEqual([]);
});

subscribe("fastify.initialization", (message) => {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook("onSend", async (request, reply, payload) => {
    // Most test files have no controller, and need not load what judges its answers.
    const { judgeAnswer } = await import("./judge-answer.ts");
    if (typeof payload === "string") unsaid.push(...judgeAnswer(fastify, request, reply, payload));
    return payload;
  });
});
