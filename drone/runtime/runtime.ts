import type { PullProgress } from "../../src/protocol/backend.ts";
import type { Address } from "../../src/protocol/backend-state.ts";
import type { BackendSpec } from "../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { LogLines, LogQuery } from "./runtime-logs.ts";
import type { Usage } from "./usage.ts";

/**
 * What a drone runs backends with. One backend is one instance: a container, or a process. Every step
 * may be repeated after a crash at any point, so each is idempotent by the backend's id, and all that
 * is needed to find an instance again is kept with the instance itself, not in the drone's memory.
 */
export interface Runtime extends AsyncDisposable {
  readonly name: "docker" | "process";

  /** Never throws: an engine that is away is an answer. */
  health(): Promise<RuntimeHealth>;

  /** Makes the image present, as the pull policy says. Throws RuntimeError "pullfailed". */
  pull(
    spec: BackendSpec,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<void>;

  /** Creates the instance, or finds the one that an earlier try has left. Throws "createfailed". */
  create(spec: BackendSpec): Promise<void>;

  /**
   * Starts what was created; starting what runs already only tells where. Throws "startfailed". What
   * has ended is never started again, and has no location: RuntimeUnavailable, and inspect says why.
   */
  start(spec: BackendSpec): Promise<Location>;

  /** Sends the stop signal, and kills after the grace. Returns once it is no longer running. */
  stop(id: BackendId, graceSeconds: number): Promise<void>;

  /** Returns once it is no longer running. */
  kill(id: BackendId): Promise<void>;

  /** Takes away what is left of an ended instance. */
  remove(id: BackendId): Promise<void>;

  /** Undefined if there is no such instance. */
  inspect(id: BackendId): Promise<Instance | undefined>;

  /** Every instance that this drone has made and not removed. */
  list(): Promise<readonly Instance[]>;

  /** The last lines of stdout and stderr in the order they came, without time stamps. */
  logTail(id: BackendId, lines: number): Promise<string[]>;

  /**
   * What it has printed, with the place of each line; whatever the query says, it is answered at once.
   * Undefined if there is no such instance. Throws RuntimeRefusal if it cannot be told.
   */
  logs(id: BackendId, query: LogQuery, signal: AbortSignal): Promise<LogLines | undefined>;

  /** Of those that run. */
  usage(ids: readonly BackendId[]): Promise<ReadonlyMap<BackendId, Usage>>;

  /**
   * Tells of instances that ended, perhaps more than once, until the signal aborts. `resync` means that
   * events may have been missed (also said once at the start): whoever listens inspects all again.
   */
  watch(onEvent: (event: RuntimeEvent) => void, signal: AbortSignal): Promise<void>;
}

export type RuntimeEvent = { kind: "ended"; id: BackendId } | { kind: "resync" };

export interface RuntimeHealth {
  ok: boolean;
  version?: string;
  error?: string;
  /** References that need no pull. */
  images: string[];
}

/** `address` is for any proxy; `bridgeAddress`, where there is one, for a proxy on this very host. */
export interface Location {
  address: Address;
  bridgeAddress?: Address;
  /** What the machine itself knows its processes by, where that is not the runtime alone. */
  handle?: string;
}

export type Instance = {
  id: BackendId;
  /** What the instance itself remembers of its spec: enough to adopt it, and no secret. */
  adoption: Adoption;
} & (
  | { state: "created" }
  | { state: "running"; location: Location }
  | { state: "ended"; exitCode: number | undefined; oomKilled: boolean }
);

export type Adoption = Pick<
  BackendSpec,
  "key" | "fencing_token" | "port" | "grace_seconds" | "ready"
>;

/** The runtime is there and says no: final for this backend. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  readonly reason: "pullfailed" | "createfailed" | "startfailed";

  constructor(reason: RuntimeError["reason"], message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** The runtime is there and does not tell what was asked for: asked again, it says the same. */
export class RuntimeRefusal extends Error {
  override readonly name = "RuntimeRefusal";
}

/** The runtime cannot be reached: nothing is known of the backend, and the step is tried again later. */
export class RuntimeUnavailable extends Error {
  override readonly name = "RuntimeUnavailable";
}
