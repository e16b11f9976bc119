import { expect, test } from "vitest";
import { findUnkeepable } from "../../controller/http/unkeepable.ts";

test.each([
  [{ key: { name: "a\0b" } }, "key.name"],
  [{ auth: { list: ["ok", "\ud800"] } }, "auth.list.1"],
  [{ spawn: { env: { "A\0": "x" } } }, "spawn.env"],
  ["\udc00", ""],
])("%j cannot be kept", (value, field) => {
  const message = "must be text without NUL and without half characters";
  expect(findUnkeepable(value)).toEqual({ field, message });
});

test("a name that would be a prototype is refused by its place", () => {
  const auth = JSON.parse('{"auth": {"deep": [{"__proto__": {"isAdmin": true}}]}}');
  const field = "auth.deep.0.__proto__";
  expect(findUnkeepable(auth)).toEqual({ field, message: "is not a known field or name" });
  expect(findUnkeepable({ auth: { constructor: { prototype: 1 } } })).toBeUndefined();
});

test.each([[{ name: "💥 é \n" }], ["\\u0000"], [null], [undefined], [{ a: [1, true] }]])(
  "%j can",
  (value) => {
    expect(findUnkeepable(value)).toBeUndefined();
  },
);

test("what is nested without end is refused, and nobody's stack runs full", () => {
  const nested = (depth: number) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
  expect(findUnkeepable({ auth: nested(99) })).toBeUndefined();
  for (const depth of [100, 200_000]) {
    expect(findUnkeepable({ auth: nested(depth) })).toEqual({
      field: "auth",
      message: "must not be nested deeper than 100",
    });
  }
});
