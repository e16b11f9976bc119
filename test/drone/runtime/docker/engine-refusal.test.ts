import { expect, test } from "vitest";
import { finalFor, translateEngineError } from "../../../../drone/runtime/docker/engine-refusal.ts";
import { RuntimeUnavailable } from "../../../../drone/runtime/runtime.ts";

const thrown = (message: string, fields: object) => Object.assign(new Error(message), fields);

test.each([
  "ECONNREFUSED",
  "ENOENT",
  "EACCES",
  "ECONNRESET",
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
])("%s means that the Engine is away", (code) => {
  const error = translateEngineError(thrown("socket hang up", { code }));
  expect(error).toBeInstanceOf(RuntimeUnavailable);
  expect(error).toMatchObject({ message: "Docker cannot be reached: socket hang up" });
});

test("an Engine that shuts down counts as away", () => {
  expect(translateEngineError(thrown("", { statusCode: 503 }))).toBeInstanceOf(RuntimeUnavailable);
});

test("a refusal is final for the backend, in the Engine's own words", () => {
  const json = { message: "No such image: app:1" };
  const error = translateEngineError(thrown("(HTTP code 404) …", { statusCode: 404, json }));
  expect(finalFor("createfailed", error)).toMatchObject({
    name: "RuntimeError",
    reason: "createfailed",
    message: "No such image: app:1",
  });
});

test("a refused stream is told in the Engine's own words, too", () => {
  const message = "(HTTP code 500) server error - dial tcp: lookup example - no such host ";
  const error = translateEngineError(thrown(message, { statusCode: 500, json: null }));
  expect(error).toMatchObject({ message: "dial tcp: lookup example - no such host" });
});

test("what is no answer of the Engine's stays what it is", () => {
  const bug = new TypeError("undefined is not a function");
  expect(finalFor("pullfailed", translateEngineError(bug))).toBe(bug);
});

test("a program that is refused for the size of its env and command is told of in words", () => {
  const json = { message: 'exec: "app": argument list too long: unknown' };
  const error = translateEngineError(thrown("(HTTP code 400) …", { statusCode: 400, json }));
  const { message } = finalFor("startfailed", error) as Error;
  expect(message).toMatch(/^its env and command are too large for this machine/);
  expect(message).toContain(json.message);
});
