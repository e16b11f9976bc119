import { expect, test } from "vitest";
import { mergeEvent, mergeSummary, rowOf } from "../../../dashboard/backends/backend-row.ts";
import { forgetOldest } from "../../../dashboard/backends/forget-oldest.ts";
import type { BackendSummary } from "../../../src/protocol/backend.ts";
import type { BackendEvent } from "../../../src/protocol/event.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";

const ID = "abcdefghij1234" as BackendId;
const KEY = { namespace: "docs", name: "Plan", tag: "" };

function summary(fields: Partial<BackendSummary> = {}): BackendSummary {
  return {
    ...{ id: ID, key: KEY, status: "waiting", cluster: "c", pool: "", drone: "dr-a" },
    ...{ image: "app:1", labels: { team: "Blue" }, subdomain: null },
    ...{ created_at: 1_000, status_at: 2_000, ...fields },
  };
}

function event(fields: Partial<BackendEvent> = {}): BackendEvent {
  return {
    ...{ cursor: "7", type: "backend.status", at: 3_000, backend_id: ID, key: KEY },
    ...{ cluster: "c", drone: "dr-a", image: "app:1", status: "ready", ...fields },
  };
}

test("an event moves a backend forward and keeps what only the list knows", () => {
  const { backend, isPartial } = mergeEvent(rowOf(summary()), event());
  expect(backend).toMatchObject({ status: "ready", status_at: 3_000, labels: { team: "Blue" } });
  expect(isPartial).toBe(false);
});

test("an event that was heard twice or late changes nothing", () => {
  const row = rowOf(summary({ status: "ready" }));
  expect(mergeEvent(row, event())).toBe(row);
  expect(mergeEvent(row, event({ status: "loading" }))).toBe(row);
});

test("a spawn that was placed anew is on its new drone", () => {
  const row = rowOf(summary({ status: "scheduled" }));
  const moved = mergeEvent(row, event({ status: "loading", drone: "dr-b" }));
  expect(moved.backend.drone).toBe("dr-b");
});

test("an unknown backend's event makes a row, whose details are still to be asked for", () => {
  const { backend, isPartial } = mergeEvent(undefined, event({ status: "scheduled" }));
  expect(isPartial).toBe(true);
  expect(backend).toMatchObject({ id: ID, status: "scheduled", created_at: 3_000, labels: {} });
  expect(mergeEvent(rowOf(backend, true), event()).isPartial).toBe(true);
  expect(mergeSummary(rowOf(backend, true), summary()).isPartial).toBe(false);
});

test("an end brings its reason and its exit code", () => {
  const end = event({ status: "terminated", termination_reason: "exited", exit_code: 3 });
  expect(mergeEvent(rowOf(summary()), end).backend.ended).toEqual({
    reason: "exited",
    exit_code: 3,
  });
});

test("a list that is older than an event does not take a backend back", () => {
  const heard = mergeEvent(undefined, event({ status: "terminated", termination_reason: "swept" }));
  const { backend, text } = mergeSummary(heard, summary());
  expect(backend).toMatchObject({
    status: "terminated",
    ended: { reason: "swept" },
    status_at: 3_000,
  });
  expect(backend.labels).toEqual({ team: "Blue" });
  expect(text).toContain("team=blue");
});

test("of what has ended, the newest are kept", () => {
  const rows = [5, 9, 1, 7].map((status_at) =>
    rowOf(summary({ id: `id-${status_at}` as BackendId, status_at })),
  );
  expect(forgetOldest(rows, 2)).toEqual(["id-5", "id-1"]);
  expect(forgetOldest(rows, 4)).toEqual([]);
});
