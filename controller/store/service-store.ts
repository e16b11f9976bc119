import type { EnvironmentOverrides, ServiceSpawn } from "../../src/protocol/service.ts";
import type { Actor } from "./access-store.ts";

/** Named spawn configs, each with environments that override a little of it. */
export interface ServiceStore {
  /** False if there is one of its account and name. */
  createService(ref: ServiceRef, service: ServiceWish, by?: Actor): Promise<boolean>;
  /** Creates or replaces it. Env and credentials that are left out stay as they were. */
  putService(ref: ServiceRef, service: ServiceWish, by?: Actor): Promise<void>;
  getService(ref: ServiceRef): Promise<ServiceRecord | undefined>;
  /** By account and name; of all accounts, or of one. */
  listServices(account?: string): Promise<ServiceRecord[]>;
  /** Its backends live on. False if there is no such service. */
  deleteService(ref: ServiceRef, by?: Actor): Promise<boolean>;
  /**
   * Of the service, or of one of its environments, which is made if need be. False if there is no such
   * service, or if what is spawned there now is not `from`.
   */
  setServiceImage(
    ref: ServiceRef,
    environment: string | null,
    change: ImageChange,
    by?: Actor,
  ): Promise<boolean>;
  recordServiceSpawn(ref: ServiceRef, environment: string | null): Promise<void>;
}

export interface ServiceRef {
  account: string;
  name: string;
}

export interface ImageChange {
  /** An environment without an image of its own has the service's. */
  from: string | undefined;
  to: string;
}

export interface ServiceWish {
  spawn: ServiceSpawn;
  environments: Readonly<Record<string, EnvironmentOverrides>>;
}

export interface ServiceRecord extends ServiceRef {
  /** With its secrets. */
  spawn: ServiceSpawn;
  environments: EnvironmentRecord[];
  /** The latest first. */
  images: { image: string; usedAt: number }[];
  createdAt: number;
  lastSpawnedAt: number | null;
}

export interface EnvironmentRecord {
  name: string;
  image: string | null;
  cluster: string | null;
  createdAt: number;
  lastSpawnedAt: number | null;
}
