import type { StoreName } from "./options.ts";
import type { Busy } from "./phase.ts";

export interface LoadFigure {
  /** As fast as it goes, one request in flight on each connection. Spawns count once they are ready. */
  per_second: number;
  p50_ms: number;
  p99_ms: number;
  /** At a fixed rate, waits for a free connection included. */
  steady: { per_second: number; p50_ms: number; p99_ms: number };
  /** What one costs the controller, all that follows from it included. */
  controller_us: number;
  busy: Busy;
}

export interface RestFigure {
  /** Share of one core. */
  cpu: number;
  resident_mib: number;
  heartbeat_us: number;
  activity: { backends_per_second: number; cpu: number; backend_us: number };
}

export interface CellFigures {
  store: StoreName;
  live: number;
  drones: number;
  rest: RestFigure;
  connects: LoadFigure;
  spawns: LoadFigure;
}

export interface ControlPlaneFigures {
  benchmark: "control-plane";
  machine: string;
  connections: number;
  /** What the load alone can do, against a server that does nothing. */
  load_limit_per_second: number;
  cells: CellFigures[];
}
