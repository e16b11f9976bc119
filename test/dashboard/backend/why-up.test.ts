import { expect, test } from "vitest";
import { endSentence, whyUp } from "../../../dashboard/backend/why-up.ts";
import type { Idleness } from "../../../src/protocol/backend.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";

const NOW = 1_000_000;

function idleness(fields: Partial<Idleness>): Idleness {
  return {
    backend_id: "abcdefghij1234" as BackendId,
    status: "ready",
    now: NOW,
    held_by: [],
    max_idle_seconds: 300,
    idle_since: null,
    last_active_at: NOW,
    lifetime_ends_at: null,
    drain_ends_at: null,
    goes_at: null,
    goes_because: null,
    ...fields,
  };
}

test("each of what holds it up is said", () => {
  const held_by: Idleness["held_by"] = [
    { kind: "connections", proxy: "px-a", open: 1 },
    { kind: "starting" },
    { kind: "no-idle-limit" },
  ];
  const why = whyUp(idleness({ held_by }), NOW);
  expect(why.holders).toEqual([
    "1 connection is open through px-a.",
    "It is still starting.",
    "It has no idle limit.",
    "Once none is, it may stay unused for 5 m.",
  ]);
  expect(endSentence(why, NOW)).toBe("Nothing will end it by itself.");
});

test("an idle backend counts down by the database's clock, and its end is told by the reader's", () => {
  const idle = idleness({ idle_since: NOW, goes_at: NOW + 300_000, goes_because: "idle" });
  const why = whyUp(idle, NOW + 51_000);
  expect(why.holders).toEqual(["Unused for 51 s; the limit is 5 m."]);
  expect(why.end).toEqual({ cause: "idle", leftMs: 249_000 });
  const reader = new Date(2026, 10, 23, 14, 0, 0).getTime();
  expect(endSentence(why, reader)).toBe("It goes at 14:04:09 if nobody uses it until then.");
  expect(endSentence(whyUp(idle, NOW + 400_000), reader)).toBe("It goes now, as nobody uses it.");
});

test("an end on another day is told with its day", () => {
  const far = { goes_at: NOW + 86_400_000, goes_because: "lifetime" } as const;
  const reader = new Date(2026, 10, 23, 14, 0, 0).getTime();
  expect(endSentence(whyUp(idleness(far), NOW), reader)).toBe(
    "It goes at 2026-11-24 14:00:00, when its lifetime is over.",
  );
});
