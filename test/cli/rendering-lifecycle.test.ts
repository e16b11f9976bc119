import pc from "picocolors";
import { expect, test } from "vitest";
import { renderBackend } from "../../src/cli/render/render-backend.ts";
import { renderDrones } from "../../src/cli/render/render-drones.ts";
import { renderEnd } from "../../src/cli/render/render-end.ts";
import { renderIdleness } from "../../src/cli/render/render-idleness.ts";
import type { Termination } from "../../src/protocol/backend-state.ts";
import { aBackend, aDrone, anIdleness } from "./fixtures.ts";

const plain = pc.createColors(false);

test("an idle backend is shown with how long it has been idle, and may be", () => {
  expect(renderIdleness(anIdleness(), plain)).toMatchInlineSnapshot(`
    "abcdefghij0001  ● ready
      It is asked to end in 9 m 48 s: nobody uses it.

      idle         for 12.0 s
      may be idle  10 m
      last active  12s ago"
  `);
});

test("a backend that is held up is shown with all that holds it, and its other deadlines", () => {
  const idleness = anIdleness({
    held_by: [
      { kind: "connections", proxy: "px-one", open: 2 },
      { kind: "connections", proxy: "px-two", open: 1 },
    ],
    idle_since: null,
    lifetime_ends_at: 3_700_000,
    drain_ends_at: 90_000,
    goes_at: 90_000,
    goes_because: "drain",
  });
  expect(renderIdleness(idleness, plain)).toMatchInlineSnapshot(`
    "abcdefghij0001  ● ready
      It is asked to end at any moment: its drone is being drained.

      held up by   2 open connections through px-one
                   1 open connection through px-two
      may be idle  10 m
      last active  12s ago
      lifetime     ends in 1 h 00 m
      drain        is over"
  `);
});

test.each([
  ["idle", 105_000, "It is asked to end in 5.0 s: nobody uses it."],
  ["idle", 99_000, "It is asked to end at any moment: nobody uses it."],
  ["lifetime", 105_000, "It is asked to end in 5.0 s: its lifetime is over then."],
  ["drain", 105_000, "It is asked to end in 5.0 s: its drone is being drained."],
  [
    "lease",
    105_000,
    "It is asked to end in 5.0 s: its lease is not renewed, and is over then at the latest.",
  ],
] as const)("a deadline by %s at %d of 100,000 reads: %s", (goes_because, goes_at, text) => {
  expect(renderIdleness(anIdleness({ goes_because, goes_at }), plain)).toContain(text);
});

test("what never goes by itself, what is held up, and what is going are told apart", () => {
  const never = { idle_since: null, goes_at: null, goes_because: null } as const;
  const read = (fields: Parameters<typeof anIdleness>[0]) =>
    renderIdleness(anIdleness(fields), plain);
  expect(read({ ...never, held_by: [{ kind: "no-idle-limit" }] })).toContain(
    "Nothing ends it by itself.",
  );
  expect(read({ ...never, held_by: [{ kind: "starting" }] })).toContain(
    "Nothing ends it as long as it is held up.",
  );
  const ending = { ...never, goes_at: 97_000, goes_because: "ending" } as const;
  expect(read({ ...ending, status: "terminating" })).toContain("It is ending, for 3s.");
  const ended = { goes_because: "ended", status: "terminated" } as const;
  expect(read({ ...ending, ...ended })).toContain("It ended 3s ago.");
});

test.each([
  [
    { expires_at: 62_000, renewable: true },
    "lease          renewed by its drone, else expires in 52.0 s",
  ],
  [
    { expires_at: 62_000, renewable: false },
    "lease          not renewed any more, expires in 52.0 s",
  ],
  [{ expires_at: 9_000, renewable: true }, "lease          renewed by its drone, else expires now"],
  [{ expires_at: null, renewable: true }, "lease          none is held"],
])("the lease %j is shown as %s", (lease, text) => {
  expect(renderBackend(aBackend({ lease }), 10_000, plain)).toContain(text);
});

test("the drones that were asked before and have not begun it are named, and why", () => {
  const refusals = [
    { drone: "dr-a", because: "is full" },
    { drone: "dr-b", because: "did not acknowledge it in time" },
  ];
  expect(renderBackend(aBackend({ refusals }), 10_000, plain)).toMatch(
    /asked before {3}dr-a is full\n +dr-b did not acknowledge it in time\n/,
  );
});

test("draining drones and their leases are told", () => {
  const drones = [
    aDrone({ draining: true, drain_ends_in_ms: 61_000 }),
    aDrone({ name: "dr-b", draining: true, drain_ends_in_ms: -5, lease_expires_in_ms: -2_000 }),
    aDrone({
      name: "dr-c",
      draining: true,
      healthy: false,
      unhealthy_because: "has been silent for 50 s",
      lease_expires_in_ms: null,
    }),
  ];
  expect(renderDrones(drones, plain)).toMatchInlineSnapshot(`
    "NAME    CLUSTER         POOL  HEALTH                                BACKENDS  LOAD   FREE MEMORY  FREE DISK      IMAGES  LEASE    HEARD
    dr-box  localhost:9090  -     ◌ draining, ends in 1 m 01 s          2         0.5/2  3 of 8 GiB   40 of 100 GiB  1       for 52s  3s ago
    dr-b    localhost:9090  -     ◌ drained                             2         0.5/2  3 of 8 GiB   40 of 100 GiB  1       lapsed   3s ago
    dr-c    localhost:9090  -     ✖ has been silent for 50 s; draining  2         0.5/2  3 of 8 GiB   40 of 100 GiB  1       none     3s ago"
  `);
});

const ENDS: readonly Termination[] = [
  { reason: "swept", kind: "soft", exit_code: 0 },
  { reason: "external", kind: "hard", exit_code: 137 },
  { reason: "keyexpired", kind: "hard" },
  { reason: "lost", message: "its drone was silent for longer than its lease" },
  { reason: "startuptimeout", kind: "hard", exit_code: 137, log_tail: ["listening on 3000"] },
  { reason: "internalerror", message: "the journal cannot be written" },
  { reason: "exited", exit_code: 139 },
  { reason: "pullfailed", message: "no such image: nope:1" },
  { reason: "createfailed", message: 'this drone does not allow the network "host"' },
  { reason: "startfailed", message: 'exec: "serve": not found\nin $PATH' },
  { reason: "outofmemory", exit_code: 137, oom_killed: true, log_tail: ["a", "b"] },
];

test("each reason of an end is shown with all that is known of it", () => {
  expect(ENDS.map((end) => renderEnd(end, plain).join("\n")).join("\n\n")).toMatchInlineSnapshot(`
    "Ended  swept: it was idle for too long, or over age
      kind  soft: a stop signal, then its grace

    Ended  external, code 137: somebody asked for its end, or drained its drone
      kind    hard: a kill
      signal  SIGKILL

    Ended  keyexpired: its lease on the key ran out
      kind  hard: a kill

    Ended  lost: its drone was lost
      message  its drone was silent for longer than its lease

    Ended  startuptimeout, code 137: it did not answer in time after its start
      kind    hard: a kill
      signal  SIGKILL
    Last log lines
      │ listening on 3000

    Ended  internalerror: Hangar failed on the drone
      message  the journal cannot be written

    Ended  exited, code 139: the app ended by itself
      signal  SIGSEGV

    Ended  pullfailed: its image could not be pulled
      message  no such image: nope:1

    Ended  createfailed: it could not be created
      message  this drone does not allow the network "host"

    Ended  startfailed: it could not be started
      message  exec: "serve": not found
               in $PATH

    Ended  outofmemory, code 137: it used more memory than it may
      signal  SIGKILL
    Last log lines
      │ a
      │ b"
  `);
});

test("a backend that lives has no end to show", () => {
  expect(renderEnd(null, plain)).toEqual([]);
});
