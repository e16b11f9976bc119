import { expect, test } from "vitest";
import { formatKey } from "../../src/cli/render/format-key.ts";

test.each([
  [{ namespace: "", name: "doc", tag: "" }, "doc"],
  [{ namespace: "eu", name: "doc", tag: "v2" }, "eu/doc (v2)"],
  [
    { namespace: "", name: "\u001b[2J\u001b]0;x\u0007doc\r\nother\tready", tag: "" },
    "]0;xdoc other ready",
  ],
])("the key %j is shown as %s, and does nothing to the terminal", (key, shown) => {
  expect(formatKey(key)).toBe(shown);
});
