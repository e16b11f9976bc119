import { expect, test } from "vitest";
import { skewMs } from "../../../dashboard/api/server-clock.ts";

const AT = Date.parse("Mon, 23 Nov 2026 15:00:00 GMT");

test("a clock that differs by minutes is corrected, what a header's resolution hides is not", () => {
  expect(skewMs("Mon, 23 Nov 2026 15:05:00 GMT", AT)).toBe(300_000);
  expect(skewMs("Mon, 23 Nov 2026 14:00:00 GMT", AT)).toBe(-3_600_000);
  expect(skewMs("Mon, 23 Nov 2026 15:00:00 GMT", AT + 900)).toBe(0);
  expect([skewMs(null, AT), skewMs("nonsense", AT)]).toEqual([0, 0]);
});
