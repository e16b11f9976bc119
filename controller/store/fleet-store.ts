import type { DroneHealth } from "../../src/protocol/drone.ts";
import type { DroneTime } from "../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { ProxyLoad } from "../../src/protocol/proxy.ts";
import type { Actor } from "./access-store.ts";

/** Controllers, drones with their leases, and proxies: who is alive, and who may run what. */
export interface FleetStore {
  /**
   * This controller is alive. Lets go of the drones of controllers that were silent for `silentMs`.
   * Writes nothing if the beat, as it would be, may not stand.
   */
  beat(
    controller: ControllerRegistration,
    silentMs: number,
    mayStand?: (beat: Beat) => boolean,
  ): Promise<Beat>;
  /** It leaves in order, and holds no drone any more. */
  removeController(id: string): Promise<void>;
  listControllers(): Promise<ControllerRecord[]>;
  /**
   * An outage of the controllers is not idleness, and no drone could renew: every clock starts anew.
   * By `setBackMs` the database's clock was set back since the leases were granted.
   */
  forgiveOutage(leaseExpiryMs: number, setBackMs: number): Promise<void>;

  /** False if the name is another machine's that has a lease, or was heard of within `aliveMs`. */
  attachDrone(drone: DroneRegistration, aliveMs: number): Promise<boolean>;
  /** Only if this is still its session: a drone that has moved on is another's. */
  detachDrone(name: string, session: string): Promise<void>;
  recordHeartbeat(name: string, health: DroneHealth, time: DroneTime): Promise<void>;
  /**
   * Extends the drone's lease, and with it those of its backends. One that seems to have lapsed is
   * neither extended nor ended here: it is to be judged first, by fenceLapsed or forgiveOutage.
   */
  renewLease(request: LeaseRequest): Promise<LeaseAnswer | "session-over" | "not-judged-yet">;
  /** Ends, as lost, what drones had whose lease had lapsed at that moment; returns these drones. */
  fenceLapsed(asOf: number): Promise<FencedDrone[]>;
  /** No new backends, and with a time, the end of those that it has. False if there is no such drone. */
  drain(name: string, terminateAfterMs: number | null, by?: Actor): Promise<boolean>;
  undrain(name: string, by?: Actor): Promise<boolean>;
  listDrones(): Promise<DroneRecord[]>;
  getDrone(name: string): Promise<DroneRecord | undefined>;
  /** Who holds the drone's socket; null while nobody does. */
  controllerOf(name: string): Promise<string | null>;

  /** Those that have said what they are, and are not silent for too long. */
  listProxies(): Promise<ProxyRecord[]>;
}

export interface ControllerRegistration {
  id: string;
  version: string;
  url: string;
}

export interface ControllerRecord extends ControllerRegistration {
  startedAt: number;
  heartbeatAgeMs: number;
}

/** What a proxy says of itself. */
export interface ProxyTold {
  cluster: string;
  version: string;
  load?: ProxyLoad;
}

export interface ProxyRecord extends Required<ProxyTold> {
  name: string;
  connectedAt: number;
  heardAgeMs: number;
}

export interface Beat {
  /** The database's clock. */
  now: number;
  /** For how long no controller had beaten before. Null: none ever has. Negative: the clock was set back. */
  silentMs: number | null;
}

export interface LeaseRequest {
  drone: string;
  session: string;
  backendIds: readonly BackendId[];
  expiryMs: number;
}

export interface LeaseAnswer {
  /** Their lease is not renewed. */
  refused: BackendId[];
  /** Not this drone's to run. */
  disowned: BackendId[];
}

export interface FencedDrone {
  drone: string;
  backendIds: BackendId[];
}

export interface DroneRegistration {
  name: string;
  /** Of this connection. */
  session: string;
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
  /** Negative once it is over. Null: its backends run on. */
  drainEndsInMs: number | null;
  connected: boolean;
  /** The controller that holds its socket. */
  controller: string | null;
  heartbeatAgeMs: number | null;
  /** Negative once it has lapsed. Null: it holds none. */
  leaseExpiresInMs: number | null;
  health: DroneHealth | null;
  liveBackends: number;
  /** What its live backends were promised. */
  promised: { cpus: number; memoryBytes: number };
}
