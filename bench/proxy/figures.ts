import { median } from "../statistics.ts";
import type { Metric, Sample } from "./metrics.ts";

/** Over the rounds. Undefined values: it did not take part, or failed each time. */
export interface Figure {
  contender: string;
  median: number | undefined;
  min: number | undefined;
  max: number | undefined;
  rounds: number[];
  /** Ratios of medians. */
  to_nginx: number | undefined;
  to_haproxy: number | undefined;
  /** Medians of the shares of the two cores that were used. */
  proxy_busy: number | undefined;
  others_busy: number | undefined;
}

export interface MetricFigures extends Metric {
  workload: string;
  figures: Figure[];
}

/** Whatever is added to is that contender's own row. */
export const FLOOR = "none";

export function figuresOf(
  metric: Metric,
  samples: readonly Sample[],
  contenders: readonly string[],
): Figure[] {
  const ours = samples.filter((sample) => sample.metric === metric.id);
  const values = new Map(contenders.map((name) => [name, valuesOf(metric, ours, name)]));
  const medianOf = (name: string) => middle(values.get(name) ?? []);
  return contenders.map((contender) => {
    const rounds = values.get(contender) ?? [];
    const own = ours.filter((sample) => sample.contender === contender);
    return {
      contender,
      median: middle(rounds),
      min: rounds.length === 0 ? undefined : Math.min(...rounds),
      max: rounds.length === 0 ? undefined : Math.max(...rounds),
      rounds,
      to_nginx: ratio(middle(rounds), medianOf("nginx")),
      to_haproxy: ratio(middle(rounds), medianOf("haproxy")),
      proxy_busy: middle(own.flatMap(({ busy }) => busy?.proxy ?? [])),
      others_busy: middle(own.flatMap(({ busy }) => busy?.others ?? [])),
    };
  });
}

/** Beside no proxy where that is what counts; a round in which that failed has nothing to be beside. */
function valuesOf(metric: Metric, samples: readonly Sample[], contender: string): number[] {
  const own = samples.filter((sample) => sample.contender === contender);
  if (!metric.added || contender === FLOOR) return own.map(({ value }) => value);
  return own.flatMap(({ value, round }) => {
    const floor = samples.find((other) => other.contender === FLOOR && other.round === round);
    return floor === undefined ? [] : [value - floor.value];
  });
}

function middle(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}

/** None where one is not above zero: an added latency may be lost in the noise. */
function ratio(value = 0, other = 0): number | undefined {
  return value <= 0 || other <= 0 ? undefined : value / other;
}
