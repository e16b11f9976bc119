import { expect, test } from "vitest";
import { eventCursor, isGone, parseEventCursor } from "../../../controller/events/event-cursor.ts";

test("a cursor says up to where its owner knows what is missing", () => {
  expect(eventCursor(7, 3)).toBe("7");
  expect(eventCursor(7, 30)).toBe("7-30");
  expect(parseEventCursor("7")).toEqual({ seq: 7, known: 7 });
  expect(parseEventCursor("7-30")).toEqual({ seq: 7, known: 30 });
});

test("only what was forgotten after the cursor was given out is gone for its owner", () => {
  const last = 50;
  expect(isGone(parseEventCursor("7"), { forgotten: 7, last })).toBe(false);
  expect(isGone(parseEventCursor("7"), { forgotten: 8, last })).toBe(true);
  expect(isGone(parseEventCursor("7-30"), { forgotten: 30, last })).toBe(false);
  expect(isGone(parseEventCursor("7-30"), { forgotten: 31, last })).toBe(true);
});

test("a cursor from after the last event is of another database", () => {
  expect(isGone(parseEventCursor("50"), { forgotten: 0, last: 50 })).toBe(false);
  expect(isGone(parseEventCursor("51"), { forgotten: 0, last: 50 })).toBe(true);
});
