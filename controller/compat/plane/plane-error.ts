import type { ApiError, ErrorCode } from "../../../src/protocol/errors.ts";
import type { ErrorAnswer } from "../../http/answer-error.ts";

/** Plane's own: its clients decode no other. */
type PlaneErrorKind =
  | "FailedToAcquireKey"
  | "KeyUnheldNoSpawnConfig"
  | "KeyHeldUnhealthy"
  | "KeyHeld"
  | "NoDroneAvailable"
  | "FailedToRemoveKey"
  | "DatabaseError"
  | "NoClusterProvided"
  | "NotFound"
  | "InvalidClusterName"
  | "Other";

interface PlaneError {
  id: string;
  kind: PlaneErrorKind;
  message: string;
}

const KINDS: Partial<Record<ErrorCode, PlaneErrorKind>> = {
  "key-not-held": "KeyUnheldNoSpawnConfig",
  "key-held": "KeyHeld",
  // Plane would hand out the backend that is ending.
  "key-ending": "KeyHeldUnhealthy",
  "no-drone-available": "NoDroneAvailable",
  "not-found": "NotFound",
  unavailable: "DatabaseError",
};

export function planeError(refusal: ApiError, id: string): ErrorAnswer {
  const { code, message } = refusal;
  const status = code === "no-drone-available" ? 500 : refusal.status;
  const body: PlaneError = { id, kind: KINDS[code] ?? "Other", message };
  return { status, body };
}
