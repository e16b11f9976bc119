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
    "1 open connection through proxy px-a",
    "it is still starting",
    "it has no idle limit",
  ]);
  expect(endSentence(why)).toBe("Nothing will end it by itself.");
});

test("an idle backend counts down by the database's clock", () => {
  const idle = idleness({ idle_since: NOW, goes_at: NOW + 300_000, goes_because: "idle" });
  const why = whyUp(idle, NOW + 51_000);
  expect(why.holders).toEqual(["unused for 51 s of the 5 m that it may be"]);
  expect(why.end).toEqual({ because: "nobody uses it", leftMs: 249_000 });
  expect(endSentence(why)).toBe("It goes in 4:09: then nobody uses it.");
  expect(endSentence(whyUp(idle, NOW + 400_000))).toBe("It goes now: nobody uses it.");
});
