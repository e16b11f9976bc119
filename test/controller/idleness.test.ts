import { expect, test } from "vitest";
import { idleness } from "../../controller/idleness.ts";
import type { BackendRecord, IdlenessRecord } from "../../controller/store/store.ts";
import { Idleness } from "../../src/protocol/backend.ts";
import type { BackendState } from "../../src/protocol/backend-state.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { aBackendRecord } from "./a-backend-record.ts";

const NOW = 1_000_000;
const RENEWED = { expiresAt: NOW + 50_000, renewable: true };

interface Situation extends Partial<Omit<IdlenessRecord, "backend">> {
  backend?: Partial<BackendRecord>;
}

function look({ backend, ...record }: Situation = {}, lease = RENEWED) {
  const answer = idleness(
    {
      now: NOW,
      readyAt: NOW - 60_000,
      connections: [],
      drainEndsAt: null,
      endAskedAt: null,
      ...record,
      backend: aBackendRecord({
        createdAt: NOW - 70_000,
        statusAt: NOW - 60_000,
        lastActiveAt: NOW - 4_000,
        maxIdleMs: 10_000,
        ...backend,
      }),
    },
    lease,
  );
  expect(validatorOf(Idleness).accepts(answer)).toBe(true);
  return answer;
}

test("an unused backend's clock runs from its last activity, and it goes when that was too long ago", () => {
  expect(look()).toEqual({
    backend_id: "abcdefghij0001",
    status: "ready",
    now: NOW,
    held_by: [],
    max_idle_seconds: 10,
    idle_since: NOW - 4_000,
    last_active_at: NOW - 4_000,
    lifetime_ends_at: null,
    drain_ends_at: null,
    goes_at: NOW + 6_000,
    goes_because: "idle",
  });
});

test("the clock never runs from before the backend was ready", () => {
  expect(look({ readyAt: NOW - 1_000 })).toMatchObject({
    idle_since: NOW - 1_000,
    goes_at: NOW + 9_000,
  });
});

test("open connections hold a backend up, told by proxy; a proxy with none does not", () => {
  const connections = [
    { proxy: "px-one", open: 2 },
    { proxy: "px-two", open: 0 },
  ];
  expect(look({ connections })).toMatchObject({
    held_by: [{ kind: "connections", proxy: "px-one", open: 2 }],
    idle_since: null,
    goes_at: null,
    goes_because: null,
  });
});

test.each<[string, Situation, object]>([
  [
    "its start",
    { readyAt: null, backend: { state: { status: "loading" } } },
    { held_by: [{ kind: "starting" }], idle_since: null, goes_at: null, goes_because: null },
  ],
  [
    "the want of a limit",
    { backend: { maxIdleMs: null } },
    { held_by: [{ kind: "no-idle-limit" }], max_idle_seconds: null, goes_at: null },
  ],
  [
    "a start that somebody waits for, without a limit",
    {
      readyAt: null,
      backend: { state: { status: "starting" }, maxIdleMs: null },
      connections: [{ proxy: "px", open: 1 }],
    },
    {
      held_by: [
        { kind: "starting" },
        { kind: "connections", proxy: "px", open: 1 },
        { kind: "no-idle-limit" },
      ],
    },
  ],
])("%s holds a backend up", (_, situation, expected) => {
  expect(look(situation)).toMatchObject(expected);
});

test.each<[string, Situation, object]>([
  [
    "lifetime before idleness",
    { backend: { expiresAt: NOW + 5_000 } },
    { goes_at: NOW + 5_000, goes_because: "lifetime", lifetime_ends_at: NOW + 5_000 },
  ],
  [
    "idleness before lifetime",
    { backend: { expiresAt: NOW + 7_000 } },
    { goes_at: NOW + 6_000, goes_because: "idle" },
  ],
  [
    "drain before both",
    { backend: { expiresAt: NOW + 5_000 }, drainEndsAt: NOW + 1_000 },
    { goes_at: NOW + 1_000, goes_because: "drain", drain_ends_at: NOW + 1_000 },
  ],
  [
    "lifetime and drain, whoever is connected",
    {
      backend: { expiresAt: NOW + 5_000 },
      drainEndsAt: NOW + 9_000,
      connections: [{ proxy: "px", open: 1 }],
    },
    { goes_at: NOW + 5_000, goes_because: "lifetime", idle_since: null },
  ],
])("of several deadlines the first one counts: %s", (_, situation, expected) => {
  expect(look(situation)).toMatchObject(expected);
});

test("a lease that is not renewed is a deadline, one that is renewed is none", () => {
  const held = { backend: { maxIdleMs: null } };
  expect(look(held, { ...RENEWED, renewable: false })).toMatchObject({
    goes_at: NOW + 50_000,
    goes_because: "lease",
  });
  expect(look(held)).toMatchObject({ goes_at: null });
});

test.each<[Idleness["goes_because"], BackendState]>([
  ["ending", { status: "terminating", reason: "swept" }],
  ["ending", { status: "hard-terminating", reason: "external" }],
  ["ended", { status: "terminated", reason: "exited" }],
])("one that is %s says since when, and nothing holds it up", (goes_because, state) => {
  const connections = [{ proxy: "px", open: 1 }];
  expect(
    look({ backend: { state, statusAt: NOW - 500, maxIdleMs: null }, connections }),
  ).toMatchObject({ held_by: [], idle_since: null, goes_at: NOW - 500, goes_because });
});

test("a backend whose end was asked for goes, though its drone has not got to it", () => {
  const connections = [{ proxy: "px", open: 1 }];
  expect(look({ connections, endAskedAt: NOW - 100 })).toMatchObject({
    held_by: [],
    idle_since: null,
    goes_at: NOW - 100,
    goes_because: "ending",
  });
});
