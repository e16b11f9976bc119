import type { BackendRecord } from "../../controller/store/store.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { ADDRESS, CLUSTER } from "./a-controller.ts";

/** What a store has of a backend that is ready. */
export function aBackendRecord(overrides: Partial<BackendRecord> = {}): BackendRecord {
  return {
    id: "abcdefghij0001" as BackendId,
    key: { namespace: "", name: "doc", tag: "" },
    fencingToken: 1,
    cluster: CLUSTER,
    pool: "",
    drone: "dr-one",
    image: "hangar/echo",
    labels: {},
    subdomain: null,
    access: "token",
    staticToken: null,
    config: {
      port: 8080,
      grace_seconds: 10,
      resources: {},
      ready: {},
      env_names: [],
      command: null,
    },
    state: { status: "ready", address: ADDRESS },
    createdAt: 0,
    statusAt: 0,
    lastActiveAt: 0,
    maxIdleMs: null,
    expiresAt: null,
    progress: null,
    ...overrides,
  };
}
