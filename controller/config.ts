import type { RateLimit } from "../src/protocol/api-key.ts";
import { checkLease, LEASE, type LeaseTimings } from "../src/protocol/lease.ts";
import {
  ACTIVITY_TRUST_MS,
  API_MAX_CONNECTIONS,
  API_REQUEST_TIMEOUT_MS,
  BEGIN_WINDOW_MS,
  DRONE_UNHEALTHY_MS,
  HEARTBEAT_INTERVAL_MS,
  KEEP_AUDIT_MS,
  KEEP_ENDED_MS,
  RESEND_INTERVAL_MS,
  SPAWN_PATIENCE_MS,
  SWEEP_INTERVAL_MS,
} from "../src/protocol/timings.ts";
import type { TracingConfig } from "../src/shared/tracing/tracing.ts";

/** Everything a controller needs to know, read once by whoever starts it. */
export interface ControllerConfig {
  /** Where the API listens. */
  host: string;
  /** 0 for any free port. */
  port: number;
  /** What `status_url` and `ready_url` begin with; default: `http://<host>:<port>`. */
  publicUrl?: string;
  /** The cluster of spawn configs that name none. */
  cluster: string;
  /** Holds, mode 0600, the keys of the first start, and the database unless there is another. */
  dataDir: string;
  /** `postgres://…`, for several controllers. Default: an SQLite file in the data dir. */
  database?: string;
  /** Where figures are told without an API key; default: only on the API's own `/metrics`, with one. */
  figures?: { host: string; port: number };
  /** Where traces are sent; default: there are none. */
  tracing?: TracingConfig;
  /** A drone that is silent for longer gets no new backends. Default: DRONE_UNHEALTHY_MS. */
  droneUnhealthyMs?: number;
  /** Default: HEARTBEAT_INTERVAL_MS. */
  heartbeatIntervalMs?: number;
  /** Default: SWEEP_INTERVAL_MS. */
  sweepIntervalMs?: number;
  /** Default: RESEND_INTERVAL_MS. */
  resendIntervalMs?: number;
  /** Default: ACTIVITY_TRUST_MS. */
  activityTrustMs?: number;
  /** Default: LEASE. */
  lease?: LeaseTimings;
  /** How long a drone may take to begin a spawn. Default: BEGIN_WINDOW_MS. */
  beginWindowMs?: number;
  /** A spawn that no drone can begin ends after this time. Default: SPAWN_PATIENCE_MS. */
  spawnPatienceMs?: number;
  /** How long rows of backends that have ended are kept. Default: KEEP_ENDED_MS. */
  keepEndedMs?: number;
  /** How long the audit trail is kept. Default: KEEP_AUDIT_MS. */
  keepAuditMs?: number;
  /** Of each API key that has no limit of its own, but those for admins, drones and proxies. Default: none. */
  rateLimit?: RateLimit;
  /** Of clients, drones and proxies together; half of them may be streams. Default: API_MAX_CONNECTIONS. */
  maxConnections?: number;
  /** Within which a request must have arrived. Default: API_REQUEST_TIMEOUT_MS. */
  requestTimeoutMs?: number;
  /** Asked about each request to the API that carries no key of ours. A user in the URL is sent as a bearer. */
  forwardAuth?: string;
  /** Addresses and CIDRs of reverse proxies before the API, whose X-Forwarded-For is believed. Default: none. */
  trustedProxies?: readonly string[];
}

/** How much of the API's server may be held, with the defaults filled in. */
export function limitsOf({
  maxConnections = API_MAX_CONNECTIONS,
  requestTimeoutMs = API_REQUEST_TIMEOUT_MS,
}: ControllerConfig) {
  return { maxConnections, requestTimeoutMs };
}

/** The timings of a config, with the defaults filled in. */
export function timingsOf(config: ControllerConfig) {
  return {
    heartbeatIntervalMs: config.heartbeatIntervalMs ?? HEARTBEAT_INTERVAL_MS,
    resendIntervalMs: config.resendIntervalMs ?? RESEND_INTERVAL_MS,
    droneUnhealthyMs: config.droneUnhealthyMs ?? DRONE_UNHEALTHY_MS,
    sweepIntervalMs: config.sweepIntervalMs ?? SWEEP_INTERVAL_MS,
    activityTrustMs: config.activityTrustMs ?? ACTIVITY_TRUST_MS,
    lease: checkLease(config.lease ?? LEASE),
    beginWindowMs: config.beginWindowMs ?? BEGIN_WINDOW_MS,
    spawnPatienceMs: config.spawnPatienceMs ?? SPAWN_PATIENCE_MS,
    keepEndedMs: config.keepEndedMs ?? KEEP_ENDED_MS,
    keepAuditMs: config.keepAuditMs ?? KEEP_AUDIT_MS,
  };
}
