import type { Drone, PastFault } from "./fault.ts";

/** The life of a lease, in ms. */
export interface LeaseMs {
  renewMs: number;
  softMs: number;
  hardMs: number;
  expiryMs: number;
}

/** What a backend was found to hold, in a verified header or in its own environment. */
export interface Identity {
  backend: string;
  key: string;
  token: number;
}

/** One thing that was seen, at `t` by the harness's clock. Times are ms of the machine's monotonic clock. */
export type HistoryEvent = { t: number } & (
  | { kind: "run"; seed: number; lease: LeaseMs }
  /** Written when it is over. */
  | ({ kind: "fault" } & PastFault)
  /** A process of Hangar's ended, and nobody had asked it to. */
  | { kind: "crash"; part: string; code: number | null; signal: string | null; said: string }
  | ConnectAnswer
  | TerminateAnswer
  /** Its lease is to be renewed no more. */
  | { kind: "revoke"; asked: number; backend: string; status: number | null }
  /** A drain that asks a drone's backends to end. */
  | { kind: "drain"; drone: string; asked: number }
  | Visit
  /** A request that nobody may let through; `reached` is the backend that answered it all the same. */
  | { kind: "trespass"; how: string; status: number | null; reached: string | null }
  | { kind: "socket-lost"; proxy: string; backend: string; code: number }
  | Row
  | { kind: "row-gone"; backend: string }
  | Step
  | Life
  | Witness
  /** So many logs and answers were searched for the secrets. */
  | { kind: "searched"; texts: number }
  | { kind: "leak"; secret: string; where: string; excerpt: string }
  /** In the calm between chapters: what had not come right by the deadline. Empty: everything had. */
  | { kind: "calm"; tookMs: number; unsettled: string[] }
  /** After everything was asked to end. */
  | { kind: "closed"; left: string[] }
);

/** An answer of `POST /v1/connect`, or that there was none. */
export interface ConnectAnswer {
  kind: "connect";
  asked: number;
  controller: string;
  key: string;
  /** Null: no answer. */
  status: number | null;
  code?: string;
  retryAfter?: boolean;
  backend?: string;
  spawned?: boolean;
  state?: string;
}

export interface TerminateAnswer {
  kind: "terminate";
  asked: number;
  backend: string;
  hard: boolean;
  status: number | null;
}

/** An answer of a backend to a browser, through a proxy. */
export interface Visit {
  kind: "visit";
  asked: number;
  proxy: string;
  /** What its token is for. */
  expected: { backend: string; key: string; user: string; auth: string };
  answered: Identity;
  /** The x-verified-* headers that reached the backend. */
  verified: Record<string, string>;
}

/** A backend's row in the database, whenever it has changed. `t` is when it was read. */
export interface Row {
  kind: "row";
  backend: string;
  key: string;
  drone: Drone;
  token: number;
  status: string;
  reason: string | null;
  /** Its end was asked for. */
  endAsked: boolean;
  hasIdleLimit: boolean;
}

/** A row of its timeline; `at` is by the database's clock. */
export interface Step {
  kind: "step";
  seq: number;
  backend: string;
  status: string;
  reason: string | null;
  at: number;
}

/** A container's process, as the machine's own list of processes has it. */
export interface Life {
  kind: "life";
  backend: string;
  key: string;
  token: number;
  pid: number;
  /** When it was first and last seen alive. */
  from: number;
  to: number;
}

/** The same from inside: its own first and last signs of life. */
export interface Witness {
  kind: "witness";
  backend: string;
  key: string;
  token: number;
  boot: string;
  from: number;
  to: number;
  /** When it was asked to stop. */
  stopped: number | null;
}

export type EventOf<K extends HistoryEvent["kind"]> = Extract<HistoryEvent, { kind: K }>;

/** All events of a kind, in the order in which they were recorded. */
export function eventsOf<K extends HistoryEvent["kind"]>(
  history: readonly HistoryEvent[],
  kind: K,
): EventOf<K>[] {
  return history.filter((event): event is EventOf<K> => event.kind === kind);
}
