import { type Static, Type } from "typebox";
import { literals } from "./literals.ts";
import { NextCursor } from "./next-cursor.ts";
import { Nullable } from "./nullable.ts";
import { EpochMs } from "./time.ts";

export const AUDIT_ACTIONS = [
  "backend.spawn",
  "backend.terminate",
  "backend.prevent-renew",
  "token.revoke",
  "drone.drain",
  "drone.undrain",
  "api-key.create",
  "api-key.revoke",
  "session.open",
  "session.close",
  "service.create",
  "service.update",
  "service.delete",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Who did what, written with it or not at all. */
export const AuditEntry = Type.Object({
  cursor: Type.String({ description: "Its place in the trail." }),
  at: EpochMs,
  key_id: Nullable(Type.String({ description: "Of the API key. Null: let in by forward-auth." })),
  key_name: Nullable(Type.String()),
  address: Nullable(Type.String({ description: "The caller's." })),
  action: literals(AUDIT_ACTIONS),
  target: Type.String({ description: "The id of the backend, drone, key, token or service." }),
  namespace: Nullable(Type.String()),
  details: Type.Record(Type.String(), Type.Unknown(), { description: "Never a secret." }),
});
export type AuditEntry = Static<typeof AuditEntry>;

/** Newest first. */
export const AuditList = Type.Object({
  entries: Type.Array(AuditEntry),
  next_cursor: NextCursor,
});
export type AuditList = Static<typeof AuditList>;
