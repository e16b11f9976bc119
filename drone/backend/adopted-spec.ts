import type { BackendSpec } from "../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { DEFAULT_PORT, GRACE_SECONDS } from "../../src/protocol/timings.ts";
import type { Adoption } from "../runtime/runtime.ts";

/** The spec of an instance that is there already: what pulling and creating need is gone, and not needed. */
export function adoptedSpec(id: BackendId, adoption: Adoption): BackendSpec {
  return {
    ...adoption,
    backend_id: id,
    image: "",
    pull_policy: "never",
    env: {},
    resources: {},
  };
}

/** The spec of a backend of which only the id is known. It is enough to end it. */
export function unknownSpec(id: BackendId): BackendSpec {
  const key = { name: id, namespace: "", tag: "" };
  const guess = { key, fencing_token: 0, port: DEFAULT_PORT, grace_seconds: GRACE_SECONDS };
  return adoptedSpec(id, { ...guess, ready: {} });
}
