import type { ApiKey, Session } from "../../src/protocol/api-key.ts";
import type { AuditEntry } from "../../src/protocol/audit.ts";
import type { Backend, BackendSummary, Idleness } from "../../src/protocol/backend.ts";
import type { Status } from "../../src/protocol/backend-state.ts";
import type { Controller } from "../../src/protocol/controller.ts";
import type { Drone } from "../../src/protocol/drone.ts";
import type { BackendEvent } from "../../src/protocol/event.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { LogLine } from "../../src/protocol/log-line.ts";
import type { BackendMetrics } from "../../src/protocol/metrics.ts";
import type { ConnectedProxy } from "../../src/protocol/proxy.ts";
import { STATUSES } from "../../src/protocol/statuses.ts";
import type { ConnectionToken } from "../../src/protocol/token.ts";
import { aHealth } from "../controller/a-health.ts";

export const GIB = 1_073_741_824;
const MIB = 1_048_576;
export const CLUSTER = "sessions.example.com";
const NAMESPACES = ["docs", "boards", "notebooks", "games", ""];
const NAMES = [
  "quarterly-plan",
  "design-review",
  "onboarding",
  "climate-model",
  "lobby",
  "roadmap",
];
const IMAGES = [
  "registry.example.com/editor:4.12.0",
  "registry.example.com/whiteboard:2026-11",
  "jupyter/scipy-notebook:7.2",
  "registry.example.com/match-server:0.9.3",
];
const DRONES = ["fra-a1", "fra-a2", "fra-b1", "nyc-a1"];
const USERS = ["ada@example.com", "grace@example.com", "linus@example.com"];

/** Always the same numbers, so that a scene looks the same each time. */
function randomly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function pick<T>(values: readonly T[], random: () => number): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error("nothing to pick from");
  return value;
}

function idOf(random: () => number): BackendId {
  const letter = () => Math.floor(random() * 36).toString(36);
  return Array.from({ length: 14 }, letter).join("") as BackendId;
}

const USUAL: readonly Status[] = ["ready", "ready", "ready", "ready", "ready", "ready", "ready"];

/** Newest first, as the controller lists them. */
export function manyBackends(count: number, now = Date.now()): BackendSummary[] {
  const random = randomly(7);
  return Array.from({ length: count }, (_, index) => {
    const created_at = now - 4_000 - Math.floor(index ** 1.6 * 900);
    const status = pick([...USUAL, ...STATUSES.slice(0, 7)], random);
    return {
      id: idOf(random),
      key: {
        namespace: pick(NAMESPACES, random),
        name: `${pick(NAMES, random)}-${String(index + 1).padStart(4, "0")}`,
        tag: "",
      },
      status,
      cluster: CLUSTER,
      pool: "",
      drone: pick(DRONES, random),
      image: pick(IMAGES, random),
      labels: { team: pick(["blue", "green", "red"], random), tier: pick(["free", "pro"], random) },
      subdomain: null,
      created_at,
      status_at: created_at + 2_300,
    };
  });
}

/** Ready for twenty minutes, in use. */
export function oneBackend(summary: BackendSummary, now = Date.now()): Backend {
  const began = now - 1_260_000;
  return {
    ...summary,
    status: "ready",
    created_at: began,
    status_at: began + 3_870,
    fencing_token: 42,
    address: { host: "10.42.0.17", port: 8080 },
    port: 8080,
    env_names: ["DATABASE_URL", "FEATURES", "LOG_LEVEL", "SENTRY_DSN"],
    command: null,
    access: "token",
    static_token: false,
    resources: { cpus: 2, memory_bytes: GIB, pids: 512 },
    ready: { path: "/healthz" },
    grace_seconds: 10,
    max_idle_seconds: 300,
    expires_at: began + 8 * 3_600_000,
    last_active_at: now - 2_000,
    open_connections: 3,
    lease: { expires_at: now + 41_000, renewable: true },
    refusals: [{ drone: "fra-b1", because: "it has no room" }],
    timeline: [
      { status: "scheduled", at: began },
      { status: "loading", at: began + 38 },
      { status: "starting", at: began + 2_590, pull_ms: 2_540 },
      { status: "waiting", at: began + 3_120, create_ms: 140, start_ms: 360 },
      { status: "ready", at: began + 3_870, first_answer_ms: 748 },
    ],
    termination: null,
  };
}

/** It ran out of memory after some minutes. */
export function endedBackend(summary: BackendSummary, now = Date.now()): Backend {
  const backend = oneBackend(summary, now);
  const at = backend.created_at + 412_000;
  const termination = {
    reason: "outofmemory" as const,
    exit_code: 137,
    oom_killed: true,
    message: "the container was killed: it used more than its 1 GiB of memory",
    log_tail: ["GET /board/42 200 12ms", "loading 48,211 shapes", "growing the heap to 1.1 GiB"],
  };
  return {
    ...backend,
    status: "terminated",
    status_at: at,
    lease: null,
    open_connections: 0,
    ended: { reason: "outofmemory", exit_code: 137 },
    timeline: [...backend.timeline, { status: "terminated", at }],
    termination,
  };
}

export function idlenessOf({ id, status }: Backend, isUsed: boolean, now = Date.now()): Idleness {
  return {
    backend_id: id,
    status,
    now,
    held_by: isUsed ? [{ kind: "connections", proxy: "px-fra-1", open: 3 }] : [],
    max_idle_seconds: 300,
    idle_since: isUsed ? null : now - 51_000,
    last_active_at: now - 2_000,
    lifetime_ends_at: now + 27_540_000,
    drain_ends_at: null,
    goes_at: isUsed ? now + 27_540_000 : now + 249_000,
    goes_because: isUsed ? "lifetime" : "idle",
  };
}

export function someTokens(now = Date.now()): ConnectionToken[] {
  return USERS.map((user, index) => ({
    id: `tk_${"a1b2c3d4e5f6g7h8".slice(index)}${"0".repeat(index)}`,
    user,
    created_at: now - 300_000 * (index + 1),
    expires_at: now + 3_300_000 - 300_000 * index,
  }));
}

export function someLines(now = Date.now()): LogLine[] {
  const random = randomly(3);
  const lines = Array.from({ length: 400 }, (_, index): LogLine => {
    const at = now - (400 - index) * 2_900;
    if (index % 37 === 36) {
      const text = `warn: slow query: 214 ms: select shapes from boards where id = $1 (${index})`;
      return { at, stream: "stderr", text };
    }
    const path = pick(["/", "/api/shapes", "/ws", "/assets/main.js"], random);
    return { at, stream: "stdout", text: `GET ${path} 200 ${Math.ceil(random() * 40)}ms` };
  });
  const text =
    'a long line: {"user":"ada@example.com","board":"quarterly-plan","shapes":412,"ops":["move","scale","group"],"took_ms":18.2,"peers":["grace@example.com","linus@example.com"]}';
  const coloured = [
    "\u001b[32mINFO\u001b[0m  [\u001b[36mws\u001b[0m] 3 peers joined \u001b[2mboard=quarterly-plan\u001b[0m",
    "\u001b[33mWARN\u001b[0m  [\u001b[35mdb\u001b[0m] pool is \u001b[1m90%\u001b[22m taken",
    "\u001b[41m ERROR \u001b[0m \u001b[31mcannot reach redis\u001b[0m \u001b[90m(attempt 3)\u001b[0m",
    "\u001b[7m PASS \u001b[27m \u001b[38;5;208mall\u001b[39m \u001b[34mshapes\u001b[0m \u001b[4;97msaved\u001b[0m",
  ].map(
    (text, index): LogLine => ({
      ...{ at: now - 800 + index, text, stream: index === 2 ? "stderr" : "stdout" },
    }),
  );
  return [...lines, { at: now - 900, stream: "stdout", text }, ...coloured];
}

/** Five minutes, one sample in two seconds. */
export function someMetrics(backend_id: BackendId, now = Date.now()): BackendMetrics[] {
  const random = randomly(11);
  let [received, sent] = [4_000_000, 9_000_000];
  return Array.from({ length: 150 }, (_, index) => {
    const wave = Math.sin(index / 14) * 0.3 + Math.sin(index / 5) * 0.1;
    received += Math.floor(9_000 + 8_000 * random() + 14_000 * Math.max(0, wave));
    sent += Math.floor(24_000 + 30_000 * random() + 60_000 * Math.max(0, wave));
    return {
      backend_id,
      at: now - (150 - index) * 2_000,
      cpu: Math.max(0.04, 0.62 + wave + random() * 0.16),
      cpu_limit: 2,
      memory_bytes: Math.floor((580 + index * 0.9 + 24 * Math.sin(index / 9)) * MIB),
      memory_limit_bytes: GIB,
      pids: 23,
      network_received_bytes: received,
      network_sent_bytes: sent,
      disk_read_bytes: 41_000_000 + index * 2_000,
      disk_written_bytes: 12_000_000 + Math.floor(index / 6) * 90_000,
      open_connections: 2 + Math.round(1.4 + 1.6 * Math.sin(index / 20)),
    };
  });
}

export function someDrones(): Drone[] {
  const drone = (name: string, live: number, fields: Partial<Drone>): Drone => ({
    name,
    cluster: CLUSTER,
    pool: "",
    version: "0.1.0",
    connected: true,
    healthy: true,
    draining: false,
    drain_ends_in_ms: null,
    lease_expires_in_ms: 47_000,
    max_backends: 48,
    live_backends: live,
    last_heartbeat_age_ms: 2_100,
    health: aHealth({
      runtime: { name: "docker", ok: true, version: "28.3.2" },
      cpus: 16,
      load_average: live / 6,
      memory_total_bytes: 64 * GIB,
      memory_available_bytes: (60 - live) * GIB,
      disk_total_bytes: 800 * GIB,
      disk_available_bytes: 410 * GIB,
      images: IMAGES,
    }),
    ...fields,
  });
  return [
    drone("fra-a1", 31, {}),
    drone("fra-a2", 44, {}),
    drone("fra-b1", 12, { draining: true, drain_ends_in_ms: 1_420_000 }),
    drone("nyc-a1", 0, {
      connected: false,
      healthy: false,
      unhealthy_because: "it has been silent for 58 s",
      lease_expires_in_ms: null,
      last_heartbeat_age_ms: 58_000,
      max_backends: 400,
    }),
  ];
}

export function someProxies(now = Date.now()): ConnectedProxy[] {
  return ["px-fra-1", "px-fra-2", "px-nyc-1"].map((name, index) => ({
    name,
    cluster: CLUSTER,
    version: "0.1.0",
    connected_at: now - 8_400_000 * (index + 1),
    last_heard_age_ms: 900,
    connections: 412 - index * 130,
    requests_open: 388 - index * 121,
    active_backends: 96 - index * 31,
    requests_per_second: 1_243.4 / (index + 1),
  }));
}

export function someControllers(now = Date.now()): Controller[] {
  return ["co-4k1m9x", "co-8w2p7r"].map((id, index) => ({
    id,
    version: "0.1.0",
    url: `http://10.0.0.${11 + index}:8080`,
    started_at: now - 86_400_000 * (index + 2),
    last_heartbeat_age_ms: 1_400,
  }));
}

/** Oldest first. */
export function someEvents(backends: readonly BackendSummary[], now = Date.now()): BackendEvent[] {
  const random = randomly(5);
  return Array.from({ length: 300 }, (_, index) => {
    const { id, key, cluster, drone, image } = pick(backends.slice(0, 200), random);
    const status = pick(STATUSES, random);
    const end =
      status === "terminated"
        ? pick(
            [
              { termination_reason: "swept" as const },
              { termination_reason: "external" as const },
              { termination_reason: "exited" as const, exit_code: 1, message: "no such board" },
              { termination_reason: "outofmemory" as const, exit_code: 137 },
            ],
            random,
          )
        : {};
    return {
      cursor: String(index + 1),
      type: "backend.status" as const,
      at: now - (300 - index) * 4_100,
      backend_id: id,
      key,
      cluster,
      drone,
      image,
      status,
      ...end,
    };
  });
}

export function someKeys(now = Date.now()): ApiKey[] {
  const key = (id: string, name: string, fields: Partial<ApiKey>): ApiKey => ({
    id,
    name,
    scopes: ["admin"],
    namespace: null,
    rate_limit: null,
    created_at: now - 40 * 86_400_000,
    expires_at: null,
    last_used_at: now - 12_000,
    ...fields,
  });
  return [
    key("ak_first", "first admin", {}),
    key("ak_editor", "editor backend", {
      scopes: ["connect"],
      namespace: "docs",
      rate_limit: { requests_per_second: 50, burst: 100 },
    }),
    key("ak_grafana", "wall screen", { scopes: ["read"], expires_at: now + 60 * 86_400_000 }),
    key("ak_drones", "drones in Frankfurt", { scopes: ["drone"], last_used_at: null }),
  ];
}

export function aSession(fields: Partial<Session["key"]> = {}): Session {
  const key = { id: "ak_first", name: "first admin", scopes: ["admin" as const], namespace: null };
  return { key: { ...key, ...fields }, expires_at: null };
}

export function someAudit(backends: readonly BackendSummary[], now = Date.now()): AuditEntry[] {
  const entry = (cursor: number, fields: Partial<AuditEntry>): AuditEntry => ({
    cursor: String(cursor),
    at: now - (10 - cursor) * 214_000,
    key_id: "ak_first",
    key_name: "first admin",
    address: "203.0.113.7",
    action: "session.open",
    target: "ak_first",
    namespace: null,
    details: {},
    ...fields,
  });
  const id = backends[0]?.id ?? "";
  return [
    entry(9, {
      action: "drone.drain",
      target: "fra-b1",
      details: { terminate_after_seconds: 1_800 },
    }),
    entry(8, { action: "backend.terminate", target: id, details: { kind: "soft" } }),
    entry(7, {
      action: "backend.spawn",
      target: id,
      key_id: "ak_editor",
      key_name: "editor backend",
      namespace: "docs",
      details: { key: "quarterly-plan", image: IMAGES[0] },
    }),
    entry(6, {
      action: "token.revoke",
      target: id,
      details: { user: "ada@example.com", revoked: 2 },
    }),
    entry(5, { action: "api-key.create", target: "ak_grafana", details: { scopes: ["read"] } }),
    entry(4, {}),
  ];
}
