import type { Backend, BackendSummary, Idleness } from "../../src/protocol/backend.ts";
import type { Drone } from "../../src/protocol/drone.ts";
import type { BackendId } from "../../src/protocol/ids.ts";

export const ID = "abcdefghij0001" as BackendId;
export const OTHER_ID = "abcdefghij0002" as BackendId;

export function aSummary(fields: Partial<BackendSummary> = {}): BackendSummary {
  return {
    id: ID,
    key: { name: "doc-1", namespace: "", tag: "" },
    status: "ready",
    cluster: "localhost:9090",
    pool: "",
    drone: "dr-box",
    image: "hangar/echo",
    labels: {},
    subdomain: null,
    created_at: 1_000,
    status_at: 2_000,
    ...fields,
  };
}

export function aBackend(fields: Partial<Backend> = {}): Backend {
  return {
    ...aSummary(),
    fencing_token: 7,
    address: { host: "172.18.0.2", port: 8080 },
    port: 8080,
    env_names: ["A", "B"],
    command: null,
    access: "token",
    static_token: false,
    resources: { memory_bytes: 268_435_456 },
    ready: {},
    grace_seconds: 10,
    max_idle_seconds: 600,
    expires_at: null,
    last_active_at: 2_000,
    open_connections: 2,
    lease: { expires_at: 50_000, renewable: true },
    refusals: [],
    timeline: [
      { status: "scheduled", at: 1_000 },
      { status: "loading", at: 1_010 },
      { status: "starting", at: 1_510, pull_ms: 500 },
      { status: "waiting", at: 1_720, create_ms: 7, start_ms: 203 },
      { status: "ready", at: 1_800, first_answer_ms: 80 },
    ],
    termination: null,
    ...fields,
  };
}

export const FAILED = aBackend({
  status: "terminated",
  lease: null,
  termination: {
    reason: "exited",
    exit_code: 3,
    message: "it exited with code 3",
    log_tail: ["reading config", "\u001b[31mno DATABASE_URL\u001b[0m"],
  },
});

export function aDrone(fields: Partial<Drone> = {}): Drone {
  return {
    name: "dr-box",
    cluster: "localhost:9090",
    pool: "",
    version: "0.1.0",
    connected: true,
    healthy: true,
    draining: false,
    drain_ends_in_ms: null,
    lease_expires_in_ms: 52_400,
    max_backends: null,
    live_backends: 2,
    last_heartbeat_age_ms: 3_000,
    health: {
      runtime: { name: "docker", ok: true, version: "20.10.5" },
      backends: {},
      cpus: 2,
      load_average: 0.52,
      memory_total_bytes: 8 * 1024 ** 3,
      memory_available_bytes: 3 * 1024 ** 3,
      disk_total_bytes: 100 * 1024 ** 3,
      disk_available_bytes: 40 * 1024 ** 3,
      images: ["hangar/echo"],
    },
    ...fields,
  };
}

export function anIdleness(fields: Partial<Idleness> = {}): Idleness {
  return {
    backend_id: ID,
    status: "ready",
    now: 100_000,
    held_by: [],
    max_idle_seconds: 600,
    idle_since: 88_000,
    last_active_at: 88_000,
    lifetime_ends_at: null,
    drain_ends_at: null,
    goes_at: 688_000,
    goes_because: "idle",
    ...fields,
  };
}
