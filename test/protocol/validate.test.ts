import { Type } from "typebox";
import { expect, test } from "vitest";
import { ConnectRequest } from "../../src/protocol/connect.ts";
import { validatorOf } from "../../src/protocol/validate.ts";

const connect = validatorOf(ConnectRequest);

test.each([
  [{ spawn: { image: "x", mount: "../../etc" } }, /^spawn\.mount: must match pattern/],
  [{ spawn: { image: "x", pull_policy: "sometimes" } }, /if-not-present or always or never/],
  [{ key: { name: "x" }, wait: "nope" }, "wait: must be ready"],
  [{ spawn: { image: "x", env: { "a=b": "1" } } }, "spawn.env.(…): is not a known field or name"],
  [{ spawn: { image: "x", port: 0 } }, "spawn.port: must be >= 1"],
  [{ spawn: { image: "x", resources: { cpus: "2" } } }, "spawn.resources.cpus: must be number"],
  [
    { spawn: { image: "x", labels: { "a/b~c": 1 } } },
    "spawn.labels.a/b~c: is not a known field or name",
  ],
  [[], "must be object"],
])("what is wrong with %j is said with its field and what is allowed", (value, expected) => {
  expect(connect.accepts(value)).toBe(false);
  expect(connect.explain(value)).toMatch(expected);
});

test("of a union, the branch that goes deeper knows better what is wrong", () => {
  const given = validatorOf(
    Type.Union([Type.Boolean(), Type.Object({ port: Type.Integer({ minimum: 1 }) })]),
  );
  expect(given.problem({ port: 0 })).toEqual({ field: "port", message: "must be >= 1" });
  expect(given.problem("x")).toEqual({ field: "", message: "must be boolean" });
});

test("the pool of no name may be named as answers show it", () => {
  expect(connect.accepts({ spawn: { image: "x", pool: "" } })).toBe(true);
});
