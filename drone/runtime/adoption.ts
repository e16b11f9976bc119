import type { BackendSpec } from "../../src/protocol/drone-messages.ts";
import type { Adoption } from "./runtime.ts";

export function adoptionOf(spec: BackendSpec): Adoption {
  const { key, fencing_token, port, grace_seconds, ready } = spec;
  return { key, fencing_token, port, grace_seconds, ready };
}
