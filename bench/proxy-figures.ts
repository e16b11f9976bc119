import { median } from "./statistics.ts";

export const WORKLOADS = ["requests", "echoes"] as const;
export type Workload = (typeof WORKLOADS)[number];

export const SUBJECTS = ["hangar", "http-proxy", "no proxy"] as const;
export type Subject = (typeof SUBJECTS)[number];

export interface Sample {
  workload: Workload;
  subject: Subject;
  perSecond: number;
}

export interface Figure {
  subject: Subject;
  /** Median over the rounds. */
  per_second: number;
  rounds: number[];
  /** Of the same run's figure without a proxy. */
  share: number;
}

export interface ProxyFigures {
  benchmark: "proxy";
  machine: string;
  connections: number;
  rounds: number;
  round_ms: number;
  requests: Figure[];
  echoes: Figure[];
}

export function figuresOf(workload: Workload, samples: readonly Sample[]): Figure[] {
  const roundsOf = (subject: Subject) =>
    samples
      .filter((sample) => sample.workload === workload && sample.subject === subject)
      .map(({ perSecond }) => perSecond);
  const floor = median(roundsOf("no proxy"));
  return SUBJECTS.map((subject) => {
    const rounds = roundsOf(subject);
    return { subject, per_second: median(rounds), rounds, share: median(rounds) / floor };
  });
}
