import type { Static } from "typebox";
import type { PullProgress } from "../../src/protocol/backend.ts";
import type {
  BackendState,
  Status,
  TerminationKind,
  TerminationReason,
} from "../../src/protocol/backend-state.ts";
import type { DroneHealth } from "../../src/protocol/drone.ts";
import type { ActionMessage, BackendSpec } from "../../src/protocol/drone-messages.ts";
import type { ActionId, BackendId } from "../../src/protocol/ids.ts";
import type { Key } from "../../src/protocol/key.ts";
import type { Access, SpawnConfig } from "../../src/protocol/spawn-config.ts";

/**
 * The controller's memory. Every method is one transaction at most, decides ownership in SQL, reads
 * time from the database's clock, and tells the subscribers what has changed once it is committed. A
 * change carries ids only: whoever hears it reads what it needs, so a change heard twice does no harm.
 */
export interface Store extends AsyncDisposable {
  subscribe(listener: (change: Change) => void): () => void;
  ping(): Promise<void>;

  insertApiKey(key: { id: string; hash: string; scope: ApiKeyScope }): Promise<void>;
  findApiKey(hash: string): Promise<{ id: string; scope: ApiKeyScope } | undefined>;

  /** False if the name is another machine's, and that one was heard of within `aliveMs`. */
  attachDrone(drone: DroneRegistration, aliveMs: number): Promise<boolean>;
  /** Only if this controller still holds it: a drone that has moved on is another's. */
  detachDrone(name: string, controller: string): Promise<void>;
  recordHeartbeat(name: string, health: DroneHealth): Promise<void>;
  listDrones(): Promise<DroneRecord[]>;
  getDrone(name: string): Promise<DroneRecord | undefined>;

  /** The backend that holds the key, ending ones included. */
  findKeyHolder(key: Pick<Key, "namespace" | "name">): Promise<BackendRecord | undefined>;
  /** Claims the key and creates the backend, its first timeline entry, its spawn action and its token. */
  spawn(plan: SpawnPlan): Promise<SpawnOutcome>;
  /** Adds a token to a live backend and counts as activity; false if it is ending by now. */
  admit(id: BackendId, token: NewToken | null): Promise<{ expiresAt: number | null } | undefined>;

  getBackend(id: BackendId): Promise<BackendRecord | undefined>;
  listBackends(filter: BackendFilter): Promise<{ backends: BackendRecord[]; next: string | null }>;
  timeline(id: BackendId): Promise<TimelineRecord[]>;
  openConnections(id: BackendId): Promise<number>;
  setProgress(drone: string, id: BackendId, progress: PullProgress): Promise<void>;

  /** False if the report is stale, or of a backend that is not this drone's. */
  recordReport(report: Report): Promise<boolean>;
  /** What this drone must end, since it is not the live owner; and marks as lost what it has lost. */
  reconcile(drone: string, inventory: readonly BackendId[]): Promise<BackendId[]>;

  pendingActions(drone: string): Promise<Static<typeof ActionMessage>[]>;
  ackAction(drone: string, id: ActionId): Promise<void>;
  /** Asks for an end; asking again changes nothing. */
  terminate(request: TerminateOrder): Promise<void>;
  /** Asks for the end of every backend that is idle or over age; returns which. */
  sweep(trustMs: number): Promise<BackendId[]>;

  resolveRoute(query: RouteQuery): Promise<RouteAnswer>;
  /** Complete: what the proxy told before of other backends is void. */
  recordActivity(
    proxy: string,
    reports: readonly ActivityReport[],
    complete: boolean,
  ): Promise<void>;
  /** Forgets expired tokens, and empties the file of what was deleted from it. */
  tidy(): Promise<void>;
  /** An outage of the controllers is not idleness: every clock of idleness starts anew. */
  forgiveOutage(): Promise<void>;
}

export type ApiKeyScope = "admin" | "drone" | "proxy";

export type Change =
  | { kind: "backend"; id: BackendId }
  | { kind: "progress"; id: BackendId }
  | { kind: "actions"; drone: string };

export interface DroneRegistration {
  name: string;
  identity: string;
  cluster: string;
  pool: string;
  version: string;
  maxBackends: number | null;
  controller: string;
}

export interface DroneRecord {
  name: string;
  cluster: string;
  pool: string;
  version: string;
  maxBackends: number | null;
  draining: boolean;
  connected: boolean;
  heartbeatAgeMs: number | null;
  health: DroneHealth | null;
  liveBackends: number;
  /** What its live backends were promised. */
  promised: { cpus: number; memoryBytes: number };
}

/** What may be shown of a spawn config. */
export type BackendConfig = Required<
  Pick<SpawnConfig, "port" | "grace_seconds" | "resources" | "ready">
> & {
  env_names: string[];
  command: string[] | null;
};

export interface BackendRecord {
  id: BackendId;
  key: Key;
  fencingToken: number;
  cluster: string;
  pool: string;
  drone: string;
  image: string;
  labels: Record<string, string>;
  subdomain: string | null;
  access: Access;
  staticToken: string | null;
  config: BackendConfig;
  state: BackendState;
  createdAt: number;
  statusAt: number;
  lastActiveAt: number;
  maxIdleMs: number | null;
  expiresAt: number | null;
  progress: PullProgress | null;
}

export interface TimelineRecord {
  status: Status;
  at: number;
  state: BackendState;
}

export interface NewToken {
  token: string;
  secret: string;
  user: string | null;
  auth: Record<string, unknown>;
  ttlMs: number;
}

export interface SpawnPlan {
  /** With a fencing token of 0: the claim gives the real one. */
  spec: BackendSpec;
  cluster: string;
  pool: string;
  drone: string;
  labels: Record<string, string>;
  subdomain: string | null;
  access: Access;
  config: BackendConfig;
  maxIdleMs: number | null;
  lifetimeMs: number | null;
  token: NewToken | null;
}

export type SpawnOutcome =
  | { kind: "spawned"; expiresAt: number | null }
  | { kind: "key-held" }
  | { kind: "subdomain-taken" };

export interface BackendFilter {
  statuses?: readonly Status[];
  namespace?: string;
  keyName?: string;
  drone?: string;
  cluster?: string;
  /** All must hold. */
  labels?: Readonly<Record<string, string>>;
  limit: number;
  cursor?: string;
}

export interface Report {
  drone: string;
  id: BackendId;
  state: BackendState;
  ageMs: number;
}

export interface TerminateOrder {
  id: BackendId;
  kind: TerminationKind;
  reason: TerminationReason;
  graceSeconds: number | null;
}

export interface RouteQuery {
  cluster: string;
  label: string | null;
  token: string | null;
}

/** What the label and the token lead to; what follows from it is decided in routing/. */
export interface RouteAnswer {
  byLabel: BackendRecord | undefined;
  byToken: { backend: BackendRecord; grant: Grant } | undefined;
}

export type Grant =
  | { kind: "static" }
  | {
      kind: "connection";
      expiresInMs: number;
      user: string | null;
      auth: Record<string, unknown>;
      secret: string;
    };

export interface ActivityReport {
  id: BackendId;
  open: number;
  idleMs: number;
}
