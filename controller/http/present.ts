import type { Backend, BackendSummary, Lease, PublicStatus } from "../../src/protocol/backend.ts";
import type { BackendState } from "../../src/protocol/backend-state.ts";
import type { Controller } from "../../src/protocol/controller.ts";
import type { Drone } from "../../src/protocol/drone.ts";
import type { ConnectedProxy } from "../../src/protocol/proxy.ts";
import { whyUnhealthy } from "../connect/choose-drone.ts";
import type { ControllerRecord, DroneRecord, ProxyRecord } from "../store/fleet-store.ts";
import type { BackendRecord, LeaseRecord, TimelineRecord } from "../store/store.ts";

/** For lists: no secret, and nothing that the app printed. */
export function presentSummary(backend: BackendRecord): BackendSummary {
  const { id, key, cluster, pool, drone, image, labels, subdomain, state } = backend;
  return {
    id,
    key,
    status: state.status,
    cluster,
    pool,
    drone,
    image,
    labels,
    subdomain,
    created_at: backend.createdAt,
    status_at: backend.statusAt,
    ...(state.status === "terminated" ? { ended: endOf(state) } : {}),
  };
}

function endOf({ reason, exit_code }: Extract<BackendState, { status: "terminated" }>) {
  return { reason, ...(exit_code === undefined ? {} : { exit_code }) };
}

/** What is known of a backend beside its record. */
export interface Surroundings {
  timeline: readonly TimelineRecord[];
  openConnections: number;
  lease: LeaseRecord | null;
  refusals: Backend["refusals"];
}

/** For trusted callers: everything but secrets. */
export function presentBackend(
  backend: BackendRecord,
  { timeline, openConnections, lease, refusals }: Surroundings,
): Backend {
  const { config, state } = backend;
  const { status: _, ...termination } = state;
  return {
    ...presentSummary(backend),
    fencing_token: backend.fencingToken,
    address: "address" in state ? state.address : null,
    port: config.port,
    env_names: config.env_names,
    command: config.command,
    access: backend.access,
    static_token: backend.staticToken !== null,
    resources: config.resources,
    ready: config.ready,
    grace_seconds: config.grace_seconds,
    max_idle_seconds: backend.maxIdleMs === null ? null : backend.maxIdleMs / 1_000,
    expires_at: backend.expiresAt,
    last_active_at: backend.lastActiveAt,
    open_connections: openConnections,
    lease: presentLease(lease),
    refusals,
    timeline: timeline.map(presentTimelineEntry),
    termination: "reason" in termination ? termination : null,
  };
}

export function presentLease(lease: LeaseRecord | null): Lease | null {
  return lease && { expires_at: lease.expiresAt, renewable: lease.renewable };
}

const STEP_TIMES = ["pull_ms", "create_ms", "start_ms", "first_answer_ms"] as const;

function presentTimelineEntry({ status, at, state }: TimelineRecord): Backend["timeline"][number] {
  const told: Partial<Record<string, unknown>> = state;
  const times = STEP_TIMES.flatMap((name) => {
    const ms = told[name];
    return typeof ms === "number" ? [[name, ms]] : [];
  });
  return { status, at, ...Object.fromEntries(times) };
}

/** For anybody: never an address, an exit code or what the app printed. */
export function presentStatus({ state, statusAt, progress }: PublicView): PublicStatus {
  return {
    status: state.status,
    time: statusAt,
    ...ending(state),
    ...(progress === null ? {} : { progress }),
  };
}

type PublicView = Pick<BackendRecord, "state" | "statusAt" | "progress">;

function ending(state: BackendState): Partial<PublicStatus> {
  switch (state.status) {
    case "scheduled":
    case "loading":
    case "starting":
    case "waiting":
    case "ready":
      return {};
    case "terminating":
      return { termination_reason: state.reason, termination_kind: "soft" };
    case "hard-terminating":
      return { termination_reason: state.reason, termination_kind: "hard" };
    case "terminated":
      return {
        termination_reason: state.reason,
        ...(state.kind === undefined ? {} : { termination_kind: state.kind }),
        exit_error: state.exit_code !== undefined && state.exit_code !== 0,
      };
    default:
      return state satisfies never;
  }
}

export function presentDrone(drone: DroneRecord, unhealthyMs: number): Drone {
  const because = whyUnhealthy(drone, unhealthyMs);
  return {
    name: drone.name,
    cluster: drone.cluster,
    pool: drone.pool,
    version: drone.version,
    connected: drone.connected,
    healthy: because === undefined,
    ...(because === undefined ? {} : { unhealthy_because: because }),
    draining: drone.draining,
    drain_ends_in_ms: drone.drainEndsInMs,
    lease_expires_in_ms: drone.leaseExpiresInMs,
    max_backends: drone.maxBackends,
    live_backends: drone.liveBackends,
    last_heartbeat_age_ms: drone.heartbeatAgeMs,
    health: drone.health,
  };
}

export function presentProxy(proxy: ProxyRecord): ConnectedProxy {
  const { name, cluster, version, connectedAt, heardAgeMs, load } = proxy;
  return {
    ...{ name, cluster, version, connected_at: connectedAt, last_heard_age_ms: heardAgeMs },
    ...load,
  };
}

export function presentController(controller: ControllerRecord): Controller {
  const { id, version, url, startedAt, heartbeatAgeMs } = controller;
  return { id, version, url, started_at: startedAt, last_heartbeat_age_ms: heartbeatAgeMs };
}
