import { expect, test } from "vitest";
import { filterEvents, mergeEvents } from "../../../dashboard/events/event-list.ts";
import { manyBackends, someEvents } from "../scene.ts";

const events = someEvents(manyBackends(200, 0), 0).toReversed();

test("what comes stands first, each event once, and no more than are kept", () => {
  const merged = mergeEvents(events.slice(2, 10), events.slice(0, 4), 6);
  expect(merged).toEqual(events.slice(0, 6));
  const known = events.slice(0, 3);
  expect(mergeEvents(known, [], 2)).toBe(known);
});

test("events are found by words and by what they mean", () => {
  const failed = filterEvents(events, { search: "", kind: "failed" });
  expect(failed.length).toBeGreaterThan(0);
  for (const { status, termination_reason } of failed) {
    expect(status).toBe("terminated");
    expect(["exited", "outofmemory"]).toContain(termination_reason);
  }
  const found = filterEvents(events, { search: "OutOfMemory terminated", kind: "ended" });
  expect(new Set(found.map((event) => event.termination_reason))).toEqual(new Set(["outofmemory"]));
  expect(filterEvents(events, { search: "", kind: "all" })).toEqual(events);
});
