import { expect, test } from "vitest";
import { unkeepableField } from "../../controller/http/unkeepable.ts";

test.each([
  [{ key: { name: "a\0b" } }, "key.name"],
  [{ auth: { list: ["ok", "\ud800"] } }, "auth.list.1"],
  [{ spawn: { env: { "A\0": "x" } } }, "spawn.env"],
  ["\udc00", ""],
])("%j cannot be kept", (value, field) => {
  expect(unkeepableField(value)).toBe(field);
});

test.each([[{ name: "💥 é \n" }], ["\\u0000"], [null], [undefined], [{ a: [1, true] }]])(
  "%j can",
  (value) => {
    expect(unkeepableField(value)).toBeUndefined();
  },
);
