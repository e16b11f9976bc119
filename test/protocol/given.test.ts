import { validateHeaderValue } from "node:http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toHeaderJson, toHeaderText } from "../../src/protocol/given.ts";

test("any user name can stand in a header, and decodeURIComponent gives it back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const header = toHeaderText(text);
      expect(() => validateHeaderValue("x-verified-username", header)).not.toThrow();
      expect(header).toMatch(/^[!-~]?[ -~]*$/);
      expect(decodeURIComponent(header)).toBe(text);
    }),
  );
});

test("a plain name stays as it is", () => {
  expect(toHeaderText("Ada Lovelace")).toBe("Ada Lovelace");
});

test("a name of broken surrogates is replaced, never dropped", () => {
  expect(decodeURIComponent(toHeaderText("a\ud800b"))).toBe("a\ufffdb");
});

test("any JSON can stand in a header, and JSON.parse gives it back", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const header = toHeaderJson(value);
      expect(() => validateHeaderValue("x-verified-user-data", header)).not.toThrow();
      expect(JSON.parse(header)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
