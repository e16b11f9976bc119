/** Runs backends as containers of the Docker Engine beside the drone. */
export interface DockerRuntimeConfig {
  name: "docker";
  /** Default: what dockerode finds in the environment, else /var/run/docker.sock. */
  socketPath?: string;
  /** Hangar's own bridge network; made if missing. */
  network: string;
  /** Other networks that a spawn config may name. */
  allowedNetworks: readonly string[];
  /** Publish each backend on this address of the machine, for proxies elsewhere. */
  advertise?: string;
  /** The OCI runtime of every backend, such as runsc. */
  ociRuntime?: string;
  /** The folder below which backends may mount; without it, a mount ends with createfailed. */
  mountBase?: string;
}

/** Runs backends as child processes, for machines without Docker. Nothing is isolated. */
export interface ProcessRuntimeConfig {
  name: "process";
  /** Each sub-folder is an app; its name is the `image`. */
  appsDir: string;
  /** So much of what an app prints is kept; the older is cleared away. Default: MAX_OUTPUT_BYTES. */
  maxOutputBytes?: number;
}

export type RuntimeConfig = DockerRuntimeConfig | ProcessRuntimeConfig;

/** Everything a drone needs to know, read once by whoever starts it. */
export interface DroneConfig {
  /** http or https. */
  controllerUrl: string;
  /** An API key of scope drone. */
  key: string;
  name: string;
  cluster: string;
  pool: string;
  /** Holds the journal. */
  dataDir: string;
  runtime: RuntimeConfig;
  maxBackends?: number;
  /** Where figures are told; without it, nowhere: a drone listens to nobody. */
  figures?: { host: string; port: number };
  /**
   * Who ends backends whose lease has run out while no drone does. Default: own, a process that the
   * drone starts; `external` when somebody else runs one on this data dir.
   */
  guard?: "own" | "external";
}
