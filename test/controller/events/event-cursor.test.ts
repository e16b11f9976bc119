import { expect, test } from "vitest";
import { eventCursor, isGone, parseEventCursor } from "../../../controller/events/event-cursor.ts";

test("a cursor says up to where its owner knows what is missing", () => {
  expect(eventCursor(7, 3)).toBe("7");
  expect(eventCursor(7, 30)).toBe("7-30");
  expect(parseEventCursor("7")).toEqual({ seq: 7, known: 7 });
  expect(parseEventCursor("7-30")).toEqual({ seq: 7, known: 30 });
});

test("only what was forgotten after the cursor was given out is gone for its owner", () => {
  expect(isGone(parseEventCursor("7"), 7)).toBe(false);
  expect(isGone(parseEventCursor("7"), 8)).toBe(true);
  expect(isGone(parseEventCursor("7-30"), 30)).toBe(false);
  expect(isGone(parseEventCursor("7-30"), 31)).toBe(true);
});
