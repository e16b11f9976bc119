import { describe, expect, test } from "vitest";
import type { HistoryEvent } from "../history.ts";
import { aConnect, aFault, aLife, aRow, aStep, aVisit, aWitness, broken } from "./a-history.ts";

type Case = [string, ...HistoryEvent[]];

describe("the checker", () => {
  test.each<Case>([
    [
      "one that ended before the next began",
      aLife(0, 100, {}),
      aLife(110, 200, { backend: "b", token: 2 }),
    ],
    ["two of two keys", aLife(0, 100, {}), aLife(50, 200, { backend: "b", key: "l" })],
  ])("lets pass %s", (_what, ...events) => {
    expect(broken(...events)).toEqual([]);
  });

  const TWO = "a key has two live backends";
  test.each<Case>([
    ["two processes", aLife(0, 100, {}), aLife(90, 200, { backend: "b", token: 2 })],
    [
      "two accounts of their own",
      aWitness(0, 100, {}),
      aWitness(90, 200, { backend: "b", token: 2 }),
    ],
    ["a process and an account", aLife(0, 100, {}), aWitness(90, 95, { backend: "b", token: 2 })],
    ["two rows", aRow(5, {}), aRow(6, { backend: "b", token: 2 })],
  ])("sees two live backends of a key by %s", (_what, ...events) => {
    expect(broken(...events)).toContain(TWO);
  });

  test("lets a row follow one that ended in the same reading", () => {
    const ended = [
      aRow(5, {}),
      aRow(6, { backend: "b", token: 2 }),
      aRow(6, { status: "terminated", reason: "exited" }),
    ];
    expect(broken(...ended)).not.toContain(TWO);
  });

  const UNKNOWN = "a container runs that no controller knows of";
  test.each<Case>([
    [
      "after its end was recorded",
      aRow(1_000, { status: "terminated", reason: "lost" }),
      aLife(0, 13_000, {}),
    ],
    ["without a row", aLife(0, 13_000, {})],
  ])("sees a container that runs %s", (_what, ...events) => {
    expect(broken(...events)).toContain(UNKNOWN);
  });

  test("gives a container as long as a lost drone has", () => {
    const ended = aRow(1_000, { status: "terminated", reason: "lost" });
    expect(broken(ended, aLife(0, 11_000, {}))).not.toContain(UNKNOWN);
  });

  const BACK = "a state goes back, or follows a terminal one";
  test.each<Case>([
    ["a step back", aStep(1, {}), aStep(2, { status: "waiting" })],
    ["a state after the terminal one", aStep(1, { status: "terminated" }), aStep(2, {})],
    ["a second end", aStep(1, { status: "terminated" }), aStep(2, { status: "terminated" })],
    ["a time that goes back", aStep(1, {}), aStep(2, { status: "terminated", at: 0 })],
    ["a row that goes back", aRow(1, { status: "terminated", reason: "lost" }), aRow(2, {})],
    [
      "another reason for one end",
      aRow(1, { status: "terminated", reason: "lost" }),
      aRow(2, { status: "terminated", reason: "exited" }),
    ],
  ])("sees %s", (_what, ...events) => {
    expect(broken(...events)).toContain(BACK);
  });

  test("lets a backend skip states, and steps come out of order", () => {
    const steps = [
      aStep(9, { status: "terminated", reason: "lost" }),
      aStep(4, { status: "loading" }),
    ];
    expect(broken(...steps)).not.toContain(BACK);
  });

  const UNTOLD = "an accepted spawn ends without a state and a reason";
  const closed: HistoryEvent = { kind: "closed", t: 99, left: [] };
  test.each<Case>([
    ["that has no row", aConnect(1, 2, {}), closed],
    ["that still lives after the end", aRow(1, {}), closed],
    ["that ended without a reason", aRow(1, { status: "terminated" }), closed],
    ["whose timeline has no end", aRow(1, { status: "terminated", reason: "lost" }), closed],
  ])("sees a spawn %s", (_what, ...events) => {
    expect(broken(...events)).toContain(UNTOLD);
  });

  test("is content with a spawn that ended and says why", () => {
    const told = [aRow(1, { status: "terminated", reason: "swept", hasIdleLimit: true })];
    const steps = [aStep(1, {}), aStep(2, { status: "terminated", reason: "swept" })];
    expect(broken(aConnect(0, 1, {}), ...told, ...steps, closed)).toEqual([]);
  });

  test("is content with a visit whose headers are the token's own", () => {
    expect(broken(aVisit({}))).toEqual([]);
  });

  test.each<Case>([
    ["another backend", aVisit({ answered: { backend: "b", key: "k", token: 1 } })],
    ["another key", aVisit({ answered: { backend: "a", key: "l", token: 1 } })],
    ["a trespass", { kind: "trespass", t: 1, how: "no token", status: 200, reached: "a" }],
  ])("sees a client that reaches %s", (_what, event) => {
    expect(broken(event)).toContain("a client is routed to a backend that its token is not for");
  });

  const verified = {
    "x-verified-username": "ann",
    "x-verified-user-data": "{}",
    "x-verified-backend": "a",
  };
  test.each([
    ["another user", { ...verified, "x-verified-username": "forged" }],
    ["a header of another name", { ...verified, "x-verified-path": "/forged" }],
    ["a spelling that servers fold", { ...verified, x_verified_username: "ann" }],
    ["none", {}],
  ])("sees a forged header: %s", (_what, headers) => {
    expect(broken(aVisit({ verified: headers }))).toContain(
      "a client forges an x-verified-* header",
    );
  });

  const FENCING = "a key's fencing tokens do not strictly grow";
  test.each<Case>([
    ["rows", aRow(1, { token: 2 }), aRow(2, { backend: "b", token: 2, status: "loading" })],
    ["backends", aLife(0, 1, { token: 3 }), aLife(2, 3, { backend: "b", token: 2 })],
    ["a row and its backend", aRow(1, { token: 2 }), aLife(0, 1, { token: 3 })],
  ])("sees fencing tokens that do not grow over %s", (_what, ...events) => {
    expect(broken(...events)).toContain(FENCING);
  });

  const DYING = "a connect hands out a backend that is ending";
  test.each<Case>([
    ["is terminating", aRow(5, { status: "terminating" })],
    ["was asked to end", aRow(5, { endAsked: true })],
    [
      "the harness asked to end",
      { kind: "terminate", t: 5, asked: 4, backend: "a", hard: false, status: 200 },
    ],
  ])("sees a connect that hands out a backend that %s", (_what, event) => {
    expect(broken(event, aConnect(6, 7, {}))).toContain(DYING);
    expect(broken(event, aConnect(4, 7, {}))).not.toContain(DYING);
  });

  const REFUSAL = "a connect fails without saying when to come again";
  test.each([
    [{ status: 500, code: "internal-error" }, [REFUSAL]],
    [{ status: 503, code: "unavailable" }, [REFUSAL]],
    [{ status: 503, code: "unavailable", retryAfter: true }, []],
    [{ status: 409, code: "key-held" }, []],
    [{ status: null }, []],
  ])("judges the connect answer %j", (fields, rules) => {
    expect(broken(aConnect(1, 2, fields)).filter((rule) => rule === REFUSAL)).toEqual(rules);
  });

  test.each<Case>([
    ["a secret that leaked", { kind: "leak", t: 1, secret: "env", where: "a log", excerpt: "…" }],
    ["a crash", { kind: "crash", t: 1, part: "drone-1", code: 1, signal: null, said: "" }],
    ["what did not come right", { kind: "calm", t: 1, tookMs: 1, unsettled: ["k"] }],
    ["what was left", { kind: "closed", t: 1, left: ["a container"] }],
  ])("sees %s", (_what, event) => {
    expect(broken(event)).toHaveLength(1);
  });
});

describe("an end is accounted for", () => {
  const LOST = "a fault loses a backend that could have lived on";
  const REVOKED: HistoryEvent = {
    ...{ kind: "revoke", t: 90_000, asked: 90_000, backend: "a", status: 200 },
  };
  const ended = (reason: string, fields = {}) =>
    aRow(100_000, { status: "terminated", reason, ...fields });

  test.each<Case>([
    ["no fault at all", ended("keyexpired")],
    ["a fault shorter than the lease's slack", ended("keyexpired"), aFault(96_000, 97_900, {})],
    ["another drone's fault", ended("lost"), aFault(80_000, 95_000, { target: "drone-2" })],
    ["a proxy's fault", ended("lost"), aFault(80_000, 95_000, { target: "proxy-1" })],
    ["a long fault of long ago", ended("keyexpired"), aFault(40_000, 60_000, {})],
    ["a crash that nobody caused", ended("exited")],
    [
      "another Engine's fault",
      ended("exited"),
      aFault(90_000, 99_000, { target: "dockerd-2", how: "kill" }),
    ],
    [
      "another container's fault",
      ended("exited"),
      aFault(99_900, 99_900, { target: "backend", how: "kill", victim: "b" }),
    ],
    ["an end that nobody asked for", ended("external")],
    [
      "an end that was asked for only when it had been stopped",
      aWitness(1, 90_000, { stopped: 89_000 }),
      { kind: "terminate", t: 95_000, asked: 95_000, backend: "a", hard: false, status: 200 },
      ended("external"),
    ],
    ["a sweep without an idle limit", ended("swept")],
    ["a start that nothing hindered", ended("startfailed")],
  ])("not by %s", (_what, ...events) => {
    expect(broken(...events)).toContain(LOST);
  });

  test.each<Case>([
    ["a fault longer than the slack", ended("keyexpired"), aFault(96_000, 98_700, {})],
    [
      "faults too close to each other to renew between them",
      ended("keyexpired"),
      aFault(95_000, 96_000, {}),
      aFault(97_000, 98_500, { target: "postgres" }),
    ],
    ["the time to dial again", ended("lost"), aFault(97_000, 98_000, { how: "cut" })],
    [
      "a container killed by hand",
      ended("exited"),
      aFault(99_900, 99_900, { target: "backend", how: "kill", victim: "a" }),
    ],
    [
      "an Engine that was killed",
      ended("exited"),
      aFault(90_000, 99_000, { target: "dockerd-1", how: "kill" }),
    ],
    ["a sweep of one with an idle limit", ended("swept", { hasIdleLimit: true })],
    ["a lease that was revoked", ended("keyexpired"), REVOKED],
    ["a drain", ended("external"), { kind: "drain", t: 90_000, drone: "drone-1", asked: 90_000 }],
  ])("by %s", (_what, ...events) => {
    expect(broken(...events)).not.toContain(LOST);
  });

  const SOCKET = "an open socket is lost while its proxy and its backend live on";
  const lost: HistoryEvent = {
    kind: "socket-lost",
    t: 5_000,
    proxy: "proxy-1",
    backend: "a",
    code: 1006,
  };
  test.each<[string, string[], ...HistoryEvent[]]>([
    ["nothing", [SOCKET]],
    ["its proxy's fault", [], aFault(4_000, 4_500, { target: "proxy-1" })],
    ["another proxy's fault", [SOCKET], aFault(4_000, 4_500, { target: "proxy-2" })],
    ["its backend's end", [], aLife(0, 5_100, {})],
    ["its backend's end long after", [SOCKET], aLife(0, 9_000, {})],
    ["its backend's being asked to end", [], aRow(4_900, { endAsked: true })],
  ])("a lost socket by %s", (_what, rules, ...events) => {
    expect(broken(lost, ...events).filter((rule) => rule === SOCKET)).toEqual(rules);
  });
});
