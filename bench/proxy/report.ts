import type { MetricFigures } from "./figures.ts";

/** What a whole run has found; this is what `--json` writes. */
export interface ProxyReport {
  benchmark: "proxy";
  machine: string;
  connections: number;
  steady_per_second: number;
  rounds: number;
  round_ms: number;
  idle_sockets: number;
  contenders: ContenderReport[];
  metrics: MetricFigures[];
  failures: string[];
}

export interface ContenderReport {
  name: string;
  title: string;
  /** Undefined if it could not take part; then `absent` says why. */
  version: string | undefined;
  does: string;
  absent: string | undefined;
}
