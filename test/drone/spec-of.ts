import type { BackendSpec } from "../../src/protocol/drone-messages.ts";
import { type ActionId, newBackendId, newStreamId } from "../../src/protocol/ids.ts";

/** A spec that the scripted runtime can run. */
export function specOf(overrides: Partial<BackendSpec> = {}): BackendSpec {
  return {
    backend_id: newBackendId(),
    key: { name: "room", namespace: "", tag: "" },
    fencing_token: 1,
    image: "echo",
    pull_policy: "if-not-present",
    env: { GREETING: "hello" },
    port: 8080,
    grace_seconds: 10,
    ready: {},
    resources: {},
    ...overrides,
  };
}

/** Unlike any other in the same process. */
export const newActionId = (): ActionId => newStreamId() as ActionId;
