import { expect, test } from "vitest";
import { formatTraceparent, parseTraceparent } from "../../../src/shared/tracing/traceparent.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

test("a traceparent is read, and written as it was", () => {
  const text = `00-${TRACE}-${SPAN}-01`;
  const parent = parseTraceparent(text);
  expect(parent).toEqual({ traceId: TRACE, spanId: SPAN, sampled: true });
  expect(parent && formatTraceparent(parent)).toBe(text);
  expect(parseTraceparent(`00-${TRACE}-${SPAN}-02`)?.sampled).toBe(false);
  expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes-later`)?.sampled).toBe(true);
});

test.each([
  undefined,
  "",
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
])("%s is no traceparent", (text) => {
  expect(parseTraceparent(text)).toBeUndefined();
});
