import type { PastFault } from "../fault.ts";
import type { EventOf, HistoryEvent } from "../history.ts";
import { checkHistory } from "./check.ts";

/** Renewed at 3 s, asked to end at 6, killed at 8, given away after 10. */
const LEASE = { renewMs: 3_000, softMs: 6_000, hardMs: 8_000, expiryMs: 10_000 };

const RUN: HistoryEvent = { kind: "run", t: 0, seed: 1, lease: LEASE };

/** The rules that a history breaks. */
export function broken(...events: HistoryEvent[]): string[] {
  return checkHistory([RUN, ...events])
    .filter(({ violations }) => violations.length > 0)
    .map(({ rule }) => rule);
}

export function aRow(t: number, fields: Partial<EventOf<"row">>): HistoryEvent {
  return {
    ...{ kind: "row", t, backend: "a", key: "k", drone: "drone-1", token: 1, status: "ready" },
    ...{ reason: null, endAsked: false, hasIdleLimit: false, ...fields },
  };
}

export function aLife(from: number, to: number, fields: Partial<EventOf<"life">>): HistoryEvent {
  return { kind: "life", t: to, from, to, backend: "a", key: "k", token: 1, pid: 1, ...fields };
}

export function aWitness(
  from: number,
  to: number,
  fields: Partial<EventOf<"witness">>,
): HistoryEvent {
  const witness = { backend: "a", key: "k", token: 1, boot: "b", stopped: null, ...fields };
  return { kind: "witness", t: to, from, to, ...witness };
}

export function aStep(seq: number, fields: Partial<EventOf<"step">>): HistoryEvent {
  const step = { backend: "a", status: "ready", reason: null, at: seq, ...fields };
  return { kind: "step", t: seq, seq, ...step };
}

export function aFault(began: number, until: number, fields: Partial<PastFault>): HistoryEvent {
  const fault = { id: 1, target: "drone-1", how: "pause", liveRestore: true, pick: 0 } as const;
  return { kind: "fault", t: until, ...fault, forMs: until - began, began, until, ...fields };
}

export function aConnect(
  asked: number,
  t: number,
  fields: Partial<EventOf<"connect">>,
): HistoryEvent {
  const answer = { controller: "controller-a", key: "k", status: 200, backend: "a", ...fields };
  return { kind: "connect", t, asked, ...answer };
}

export function aVisit(fields: Partial<EventOf<"visit">>): HistoryEvent {
  const verified = {
    "x-verified-username": "ann",
    "x-verified-user-data": "{}",
    "x-verified-backend": "a",
  };
  return {
    ...{ kind: "visit", t: 2, asked: 1, proxy: "proxy-1", verified },
    ...{ expected: { backend: "a", key: "k", user: "ann", auth: "{}" } },
    ...{ answered: { backend: "a", key: "k", token: 1 }, ...fields },
  };
}
