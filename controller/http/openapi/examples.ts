import type {
  ApiKey,
  ApiKeyList,
  CreateApiKeyRequest,
  CreatedApiKey,
  OpenSessionRequest,
  RevokeApiKeyResponse,
  Session,
} from "../../../src/protocol/api-key.ts";
import type { AuditEntry, AuditList } from "../../../src/protocol/audit.ts";
import type {
  Backend,
  BackendList,
  BackendSummary,
  Idleness,
  PreventRenewResponse,
  PublicStatus,
  TerminateRequest,
  TerminateResponse,
} from "../../../src/protocol/backend.ts";
import type { ClusterOverview } from "../../../src/protocol/cluster-overview.ts";
import type { ConnectRequest, ConnectResponse } from "../../../src/protocol/connect.ts";
import type { Controller, ControllerList } from "../../../src/protocol/controller.ts";
import type { DrainRequest, Drone, DroneList } from "../../../src/protocol/drone.ts";
import type { ErrorBody } from "../../../src/protocol/errors.ts";
import type { BackendEvent, EventList } from "../../../src/protocol/event.ts";
import type { Health } from "../../../src/protocol/health.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { LogLine } from "../../../src/protocol/log-line.ts";
import type { BackendMetrics, MetricsList } from "../../../src/protocol/metrics.ts";
import type { ConnectedProxy, ProxyList } from "../../../src/protocol/proxy.ts";
import type {
  CreateServiceRequest,
  PutServiceRequest,
  Service,
  ServiceList,
} from "../../../src/protocol/service.ts";
import type { ConnectionToken, RevokeResponse, TokenList } from "../../../src/protocol/token.ts";
import type { JsonObject } from "./hoist-schemas.ts";

const id = "k7m2q9x4t1vz0c" as BackendId;
const key = { name: "board-42", namespace: "acme", tag: "" };
const cluster = "sessions.example.com";
const image = "ghcr.io/acme/whiteboard:3.1";
const since = 1_767_225_600_000;
const soon = since + 1_840;
const token = `hct_${"a1B2".repeat(10)}`;

const summary: BackendSummary = {
  id,
  key,
  status: "ready",
  cluster,
  pool: "",
  drone: "dr-one",
  image,
  labels: { team: "design" },
  subdomain: null,
  created_at: since,
  status_at: soon,
};

const backend: Backend = {
  ...summary,
  fencing_token: 7,
  address: { host: "172.20.0.9", port: 8_080 },
  port: 8_080,
  env_names: ["DATABASE_URL"],
  command: null,
  access: "token",
  static_token: false,
  resources: { cpus: 0.5, memory_bytes: 536_870_912 },
  ready: { path: "/healthz" },
  grace_seconds: 10,
  max_idle_seconds: 300,
  expires_at: null,
  last_active_at: since + 61_000,
  open_connections: 2,
  lease: { expires_at: since + 120_000, renewable: true },
  refusals: [],
  timeline: [
    { status: "scheduled", at: since },
    { status: "loading", at: since + 12 },
    { status: "starting", at: since + 20, pull_ms: 6 },
    { status: "waiting", at: since + 410, create_ms: 180, start_ms: 205 },
    { status: "ready", at: soon, first_answer_ms: 1_425 },
  ],
  termination: null,
};

const idleness: Idleness = {
  backend_id: id,
  status: "ready",
  now: since + 70_000,
  held_by: [{ kind: "connections", proxy: "px-one", open: 2 }],
  max_idle_seconds: 300,
  idle_since: null,
  last_active_at: since + 61_000,
  lifetime_ends_at: null,
  drain_ends_at: null,
  goes_at: null,
  goes_because: null,
};

const connectRequest: ConnectRequest = {
  key: { name: key.name, namespace: key.namespace },
  spawn: {
    image,
    env: { DATABASE_URL: "postgres://db.example.com/boards" },
    max_idle_seconds: 300,
    resources: { cpus: 0.5, memory_bytes: 536_870_912 },
  },
  user: "ada",
  auth: { role: "editor" },
};

const connectResponse: ConnectResponse = {
  backend_id: id,
  key,
  spawned: true,
  status: "scheduled",
  token,
  url: `https://${id}.${cluster}/${token}/`,
  ready_url: `https://hangar.example.com/v1/backends/${id}/status?wait=ready`,
  status_url: `https://hangar.example.com/v1/backends/${id}/status`,
  secret_token: `hsec_${"c3D4".repeat(10)}`,
  subdomain: null,
  drone: "dr-one",
  expires_at: since + 86_400_000,
};

const status: PublicStatus = { status: "ready", time: soon };

const event: BackendEvent = {
  cursor: "4711",
  type: "backend.status",
  at: soon,
  backend_id: id,
  key,
  cluster,
  drone: "dr-one",
  image,
  status: "ready",
};

const drone: Drone = {
  name: "dr-one",
  cluster,
  pool: "",
  version: "0.1.0",
  connected: true,
  healthy: true,
  draining: false,
  drain_ends_in_ms: null,
  lease_expires_in_ms: 52_100,
  max_backends: null,
  live_backends: 12,
  last_heartbeat_age_ms: 1_300,
  health: {
    runtime: { name: "docker", ok: true, version: "28.2.2" },
    backends: { ready: 12 },
    cpus: 8,
    load_average: 1.7,
    memory_total_bytes: 33_554_432_000,
    memory_available_bytes: 21_474_836_480,
    disk_total_bytes: 512_000_000_000,
    disk_available_bytes: 301_000_000_000,
    images: [image],
  },
};

const controller: Controller = {
  id: "co-3f8s0d2k5j7q1w",
  version: "0.1.0",
  url: "https://hangar.example.com",
  started_at: since - 7_200_000,
  last_heartbeat_age_ms: 640,
};

const proxy: ConnectedProxy = {
  name: "px-one",
  cluster,
  version: "0.1.0",
  connected_at: since - 7_100_000,
  last_heard_age_ms: 900,
  connections: 61,
  requests_open: 24,
  active_backends: 12,
  requests_per_second: 140.5,
};

const createApiKey: CreateApiKeyRequest = {
  name: "app server",
  scopes: ["connect"],
  namespace: "acme",
  expires_in_seconds: 7_776_000,
};

const apiKey: ApiKey = {
  id: "ak_5t8w2n6b1x9m",
  name: "app server",
  scopes: ["connect"],
  namespace: "acme",
  rate_limit: null,
  created_at: since,
  expires_at: since + 7_776_000_000,
  last_used_at: null,
};

const session: Session = {
  key: { id: apiKey.id, name: apiKey.name, scopes: ["connect"], namespace: "acme" },
  expires_at: since + 43_200_000,
};

const audit: AuditEntry = {
  cursor: "312",
  at: since,
  key_id: apiKey.id,
  key_name: apiKey.name,
  address: "203.0.113.9",
  action: "backend.spawn",
  target: id,
  namespace: "acme",
  details: { image },
};

const connectionToken: ConnectionToken = {
  id: "tk_9d3c5f7a2b4e6d8f0a1c3e5b",
  user: "ada",
  created_at: since,
  expires_at: since + 86_400_000,
};

const line: LogLine = { at: soon, stream: "stdout", text: "listening on 8080" };

const metrics: BackendMetrics = {
  backend_id: id,
  at: soon,
  cpu: 0.12,
  cpu_limit: 0.5,
  memory_bytes: 91_226_112,
  memory_limit_bytes: 536_870_912,
  pids: 11,
  network_received_bytes: 48_210,
  network_sent_bytes: 911_020,
  disk_read_bytes: 4_096_000,
  disk_written_bytes: 12_288,
  open_connections: 2,
};

const service: Service = {
  account: "acme",
  name: "board",
  namespace: "acme/board",
  spawn: { image, max_idle_seconds: 300 },
  env_names: ["DATABASE_URL"],
  has_credentials: false,
  environments: [
    {
      name: "staging",
      namespace: "acme/board/staging",
      image: "ghcr.io/acme/whiteboard:next",
      cluster: null,
      created_at: since,
      last_spawned_at: null,
    },
  ],
  images: [{ image, used_at: since }],
  created_at: since,
  last_spawned_at: soon,
};

const putService: PutServiceRequest = {
  spawn: {
    image,
    env: { DATABASE_URL: "postgres://db.example.com/boards" },
    max_idle_seconds: 300,
  },
  environments: { staging: { image: "ghcr.io/acme/whiteboard:next" } },
};

const createdApiKey: CreatedApiKey = { ...apiKey, key: `hak_${"e5F6".repeat(10)}` };

const overview: ClusterOverview = {
  name: cluster,
  version: "0.1.0",
  controllers: 2,
  proxies: { total: 2, connections: 118, requests_per_second: 260.5 },
  drones: { total: 4, connected: 4, healthy: 4, draining: 1 },
  backends: { live: 31, by_status: { starting: 1, ready: 30 } },
  capacity: {
    cpus: 32,
    cpus_promised: 15.5,
    memory_bytes: 134_217_728_000,
    memory_bytes_promised: 16_642_998_272,
    max_backends: null,
  },
};

const error: ErrorBody = {
  error: {
    id: "k3v9x2m7q1zt",
    code: "not-found",
    message: `there is no backend ${id}`,
  },
};

/** By the names in named-schemas.ts. */
export const EXAMPLES: Readonly<Record<string, JsonObject>> = Object.fromEntries(
  Object.entries({
    ApiKey: apiKey,
    ApiKeyList: { api_keys: [apiKey], next_cursor: null } satisfies ApiKeyList,
    AuditEntry: audit,
    AuditList: { entries: [audit], next_cursor: null } satisfies AuditList,
    Backend: backend,
    BackendEvent: event,
    BackendList: { backends: [summary], next_cursor: null } satisfies BackendList,
    BackendMetrics: metrics,
    BackendSummary: summary,
    ClusterOverview: overview,
    ConnectRequest: connectRequest,
    ConnectResponse: connectResponse,
    ConnectionToken: connectionToken,
    Controller: controller,
    ControllerList: { controllers: [controller], next_cursor: null } satisfies ControllerList,
    CreateApiKeyRequest: createApiKey,
    CreatedApiKey: createdApiKey,
    CreateServiceRequest: {
      account: "acme",
      name: "board",
      ...putService,
    } satisfies CreateServiceRequest,
    DrainRequest: { terminate_after_seconds: 600 } satisfies DrainRequest,
    Drone: drone,
    DroneList: { drones: [drone], next_cursor: null } satisfies DroneList,
    Error: error,
    EventList: { events: [event], next_cursor: event.cursor } satisfies EventList,
    Health: { status: "ok", version: "0.1.0" } satisfies Health,
    Idleness: idleness,
    LogLine: line,
    MetricsList: { metrics: [metrics] } satisfies MetricsList,
    OpenSessionRequest: { key: createdApiKey.key } satisfies OpenSessionRequest,
    PreventRenewResponse: {
      backend_id: id,
      status: "ready",
      lease: { expires_at: since + 120_000, renewable: false },
    } satisfies PreventRenewResponse,
    Proxy: proxy,
    ProxyList: { proxies: [proxy], next_cursor: null } satisfies ProxyList,
    PublicStatus: status,
    PutServiceRequest: putService,
    RevokeResponse: { backend_id: id, revoked: 2 } satisfies RevokeResponse,
    RevokeApiKeyResponse: { id: apiKey.id, revoked: true } satisfies RevokeApiKeyResponse,
    Service: service,
    ServiceList: { services: [service], next_cursor: null } satisfies ServiceList,
    Session: session,
    TerminateRequest: { grace_seconds: 30 } satisfies TerminateRequest,
    TerminateResponse: { backend_id: id, status: "terminating" } satisfies TerminateResponse,
    TokenList: { tokens: [connectionToken], next_cursor: null } satisfies TokenList,
  }).map(([name, example]) => [name, JSON.parse(JSON.stringify(example))]),
);
