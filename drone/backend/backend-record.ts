import type {
  BackendState,
  Status,
  TerminationKind,
  TerminationReason,
} from "../../src/protocol/backend-state.ts";
import type { BackendSpec, DroneTime } from "../../src/protocol/drone-messages.ts";
import type { ActionId } from "../../src/protocol/ids.ts";
import { rank } from "../../src/protocol/statuses.ts";
import type { OwnDeadlines } from "../lease/lease.ts";

/** That a backend is to end, and why: from the controller, or from what the drone found out. */
export interface EndRequest {
  kind: TerminationKind;
  reason: TerminationReason;
  /** Default: the backend's own grace. */
  graceSeconds?: number;
  message?: string;
}

/** A spawn that another drone may be asked for yet, unless its ack is confirmed. */
export interface Unconfirmed {
  readonly actionId: ActionId;
  /** Without a confirmation until then, it is given up. */
  readonly beginBy: DroneTime;
}

/** What the journal holds of a backend that has not ended. */
export interface BackendRecord {
  readonly spec: BackendSpec;
  readonly state: BackendState;
  /** When it entered its state: epoch ms of the drone's steady time. */
  readonly since: number;
  /** Absent while it is to run. */
  readonly end?: EndRequest;
  /** Absent once the controller has confirmed the spawn. */
  readonly unconfirmed?: Unconfirmed;
  /** Absent while the drone's lease holds for it. */
  readonly deadlines?: OwnDeadlines;
  /** Of its running instance: for the guard, should the runtime not answer. */
  readonly handle?: string;
}

export function accepted(spec: BackendSpec, at: number, unconfirmed?: Unconfirmed): BackendRecord {
  return { spec, state: { status: "loading" }, since: at, ...(unconfirmed && { unconfirmed }) };
}

export function confirmed({ unconfirmed: _, ...record }: BackendRecord): BackendRecord {
  return record;
}

export function withState(record: BackendRecord, state: BackendState, at: number): BackendRecord {
  return { ...record, spec: stillNeeded(record.spec, state.status), state, since: at };
}

/** A journal must not keep secrets for longer than the steps that use them. */
function stillNeeded(spec: BackendSpec, status: Status): BackendSpec {
  if (rank(status) < rank("starting")) return spec;
  const { credentials: _, ...pulled } = spec;
  if (rank(status) < rank("waiting")) return pulled;
  const { static_token: __, ...started } = pulled;
  return { ...started, env: {} };
}
