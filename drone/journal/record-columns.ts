import type { BackendState } from "../../src/protocol/backend-state.ts";
import type { BackendSpec } from "../../src/protocol/drone-messages.ts";
import type { BackendRecord, EndRequest, Unconfirmed } from "../backend/backend-record.ts";
import type { OwnDeadlines } from "../lease/lease.ts";
import type { BackendRow } from "./statements.ts";

/** A backend's record as a row: what is structured in it is JSON. */
export function columnsOf(record: BackendRecord): BackendRow {
  const { spec, state, since, end, unconfirmed, deadlines, handle } = record;
  return {
    id: spec.backend_id,
    spec: JSON.stringify(spec),
    state: JSON.stringify(state),
    since,
    ending: jsonOf(end),
    unconfirmed: jsonOf(unconfirmed),
    deadlines: jsonOf(deadlines),
    handle: handle ?? null,
  };
}

export function recordOf(row: BackendRow): BackendRecord {
  return {
    spec: JSON.parse(row.spec) as BackendSpec,
    state: JSON.parse(row.state) as BackendState,
    since: row.since,
    ...(row.ending !== null && { end: JSON.parse(row.ending) as EndRequest }),
    ...(row.unconfirmed !== null && { unconfirmed: JSON.parse(row.unconfirmed) as Unconfirmed }),
    ...(row.deadlines !== null && { deadlines: JSON.parse(row.deadlines) as OwnDeadlines }),
    ...(row.handle !== null && { handle: row.handle }),
  };
}

function jsonOf(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
