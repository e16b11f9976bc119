import type { Static } from "typebox";
import type { PullProgress } from "../../src/protocol/backend.ts";
import type {
  BackendState,
  StateOf,
  Status,
  TerminationKind,
  TerminationReason,
} from "../../src/protocol/backend-state.ts";
import type { ActionMessage, BackendSpec } from "../../src/protocol/drone-messages.ts";
import type { ActionId, BackendId } from "../../src/protocol/ids.ts";
import type { Key } from "../../src/protocol/key.ts";
import type { Access, SpawnConfig } from "../../src/protocol/spawn-config.ts";
import type { AccessStore, Actor } from "./access-store.ts";
import type { AcmeStore } from "./acme-store.ts";
import type { EventStore } from "./event-store.ts";
import type { FleetStore, ProxyTold } from "./fleet-store.ts";
import type { ServiceStore } from "./service-store.ts";
import type { TokenStore } from "./token-store.ts";

/**
 * The controller's memory. Every method is one transaction at most, decides ownership in SQL, reads
 * time from the database's clock, and tells the subscribers what has changed once it is committed. A
 * change carries ids only: whoever hears it reads what it needs, so a change heard twice does no harm.
 */
export interface Store
  extends AsyncDisposable,
    AccessStore,
    AcmeStore,
    EventStore,
    FleetStore,
    ServiceStore,
    TokenStore {
  subscribe(listener: (change: Change) => void): () => void;
  /**
   * Says something to another controller of this database. It may get lost, but nothing overtakes what
   * was said before. Less than 7,600 bytes, without a line feed.
   */
  post(to: string, text: string): void;
  /** What others say to this controller. Returns the function that stops listening. */
  onPost(controllerId: string, listener: (text: string) => void): () => void;
  ping(): Promise<void>;

  /** How much of what there is. */
  census(): Promise<Census>;

  /** The backend that holds the key, ending ones included. */
  findKeyHolder(key: Pick<Key, "namespace" | "name">): Promise<BackendRecord | undefined>;
  /** Claims room and key, and creates the backend, its first timeline entry, its spawn action and its token. */
  spawn(plan: SpawnPlan, by?: Actor): Promise<SpawnOutcome>;
  /** Adds a token to a live backend and counts as activity; undefined if it is ending by now. */
  admit(id: BackendId, token: NewToken | null): Promise<{ expiresAt: number | null } | undefined>;
  /** Its lease runs out and is not renewed. False if there is no such live backend. */
  preventRenew(id: BackendId, by?: Actor): Promise<boolean>;

  getBackend(id: BackendId): Promise<BackendRecord | undefined>;
  listBackends(filter: BackendFilter): Promise<{ backends: BackendRecord[]; next: string | null }>;
  timeline(id: BackendId): Promise<TimelineRecord[]>;
  openConnections(id: BackendId): Promise<number>;
  /** Of those that have any. */
  openConnectionsOf(ids: readonly BackendId[]): Promise<ReadonlyMap<BackendId, number>>;
  /** Null once it has ended. */
  leaseOf(id: BackendId): Promise<LeaseRecord | null>;
  idleness(id: BackendId): Promise<IdlenessRecord | undefined>;
  /** The drones that were asked to begin it and have not, in order. */
  refusals(id: BackendId): Promise<StrandedSpawn["refusals"]>;
  setProgress(drone: string, id: BackendId, progress: PullProgress): Promise<void>;

  /** False if the report is stale, or of a backend that is not this drone's. */
  recordReport(report: Report): Promise<boolean>;
  /** What this drone must end, since it is not the live owner; and marks as lost what it has lost. */
  reconcile(drone: string, session: string, inventory: readonly BackendId[]): Promise<BackendId[]>;

  pendingActions(drone: string): Promise<Static<typeof ActionMessage>[]>;
  /** Which of these drones have any. */
  dronesWithActions(drones: readonly string[]): Promise<string[]>;
  /** Whether the drone may go on: false if the spawn is another's by now, or the backend has ended. */
  ackAction(drone: string, id: ActionId): Promise<boolean>;
  /** The drone cannot begin this spawn, and will not. */
  refuseSpawn(drone: string, id: ActionId, because: string): Promise<void>;
  /** Spawns that no drone has begun nor can any more: refused, or not acknowledged in time. */
  strandedSpawns(): Promise<StrandedSpawn[]>;
  /** Asks another drone. False if there is no room, or the spawn is not stranded any more. */
  moveSpawn(spawn: StrandedSpawn, drone: string, beginWindowMs: number): Promise<boolean>;
  /** Nobody will begin it: it ends. */
  abandonSpawn(spawn: StrandedSpawn, end: StateOf<"terminated">): Promise<void>;
  /** Asks for an end; asking again changes nothing. */
  terminate(request: TerminateOrder, by?: Actor): Promise<void>;
  /** Asks for the end of every backend that is idle, over age or on a drained drone; returns which. */
  sweep(trustMs: number): Promise<BackendId[]>;

  resolveRoute(query: RouteQuery): Promise<RouteAnswer>;
  /**
   * The proxy as `<name>/<identity>`: another controller may hold another of its name. What it says is open stays so until it says otherwise, or is silent for too long. False if what
   * it said before is forgotten, and it must say everything again.
   */
  recordActivity(
    proxy: string,
    reports: readonly ActivityReport[],
    complete: boolean,
    told?: ProxyTold,
  ): Promise<boolean>;
  /**
   * Forgets expired tokens and sessions, the rows of what ended `keepEndedMs` ago, the audit trail of more
   * than `keepAuditMs` ago, and, a day later at least, drones that were not heard of since; empties the
   * files of them. A drone that drains is remembered. Default: KEEP_AUDIT_MS.
   */
  tidy(keepEndedMs: number, keepAuditMs?: number): Promise<void>;
  /** Before the end: what the database does not answer within this time fails, and what is asked after it. */
  hurry(withinMs: number): void;
}

export interface Census {
  /** Of those that have not ended; a status that none has is missing. */
  backends: ReadonlyMap<Status, number>;
  /** Actions that drones have not acknowledged. */
  pendingActions: number;
}

export interface LeaseRecord {
  expiresAt: number | null;
  renewable: boolean;
}

/** A spawn that needs another drone. */
export interface StrandedSpawn {
  id: BackendId;
  /** Told apart from later ones of the same backend. */
  actionId: ActionId;
  cluster: string;
  pool: string;
  image: string;
  cpus: number;
  memoryBytes: number;
  ageMs: number;
  /** Why each drone that was asked has not begun it. */
  refusals: { drone: string; because: string }[];
  /** How its end was asked for meanwhile, if it was. */
  endAsked: { kind: TerminationKind; reason: TerminationReason } | null;
}

export interface IdlenessRecord {
  now: number;
  backend: BackendRecord;
  readyAt: number | null;
  connections: { proxy: string; open: number }[];
  drainEndsAt: number | null;
  /** When its end was first asked for, if it was. */
  endAskedAt: number | null;
}

export type Change =
  | { kind: "backend"; id: BackendId }
  | { kind: "progress"; id: BackendId }
  | { kind: "actions"; drone: string }
  | { kind: "revocation"; seq: number }
  /** A key was revoked, or a session of it closed. */
  | { kind: "api-key"; id: string };

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
  /** Of the connect that has spawned it. Absent unless that is traced. */
  traceparent?: string;
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
  /** Of the connect that makes it. Default: it is not traced. */
  traceparent?: string;
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
  /** A drone that has not begun it within this time refuses it. */
  beginWindowMs: number;
  /** Of the connect that asks for it. Default: it is not traced. */
  traceparent?: string;
}

export type SpawnOutcome =
  | { kind: "spawned"; expiresAt: number | null }
  | { kind: "key-held" }
  /** It has no room any more, drains, or holds no lease. */
  | { kind: "drone-unfit" }
  | { kind: "subdomain-taken" };

export interface BackendFilter {
  statuses?: readonly Status[];
  namespace?: string;
  /** This namespace and those below it: `acme` has `acme` and `acme/board`. */
  below?: string;
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
      tokenId: string;
      /** Of those that were minted since the last revocation of many, and before the next. */
      generation: number;
      expiresInMs: number;
      /** Of the connect that has made the token. Absent unless that is traced and not long ago. */
      traceparent?: string;
      user: string | null;
      auth: Record<string, unknown>;
      secret: string;
    };

export interface ActivityReport {
  id: BackendId;
  open: number;
  idleMs: number;
}
