/** Everything a guard needs to know. */
export interface GuardConfig {
  /** The drone's: its journal tells what to watch. */
  dataDir: string;
  runtime: { name: "docker"; socketPath?: string } | { name: "process"; maxOutputBytes?: number };
}
