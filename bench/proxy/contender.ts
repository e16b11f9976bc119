/** What stands between the load and the backend in one row of the tables. */
export interface Contender {
  /** What `--contenders` calls it. */
  readonly name: string;
  readonly title: string;
  /** What it does with a request beside moving it, and how it is set. */
  readonly does: string;
  /** Gives its version once it can be started. Rejects if it cannot be had here. */
  prepare(): Promise<string>;
  start(scene: Scene): Promise<RunningProxy>;
}

export interface Scene {
  backendPort: number;
  /** Where Hangar's proxies learn the one route there is. */
  controllerUrl: string;
  /** A folder of its own, for settings and logs. */
  dir: string;
  /** How many connections a proxy must be able to hold, both sides together. */
  maxConnections: number;
}

export interface RunningProxy extends AsyncDisposable {
  readonly port: number;
  /** Its main process; undefined if there is no proxy. */
  readonly pid: number | undefined;
}
