import { collectDefaultMetrics, Registry } from "prom-client";
import { type MetricMakers, metricMakers } from "./metric-makers.ts";

/** Gauges that are named as counters are; each is told by its kinds too, under a name that fits. */
const MISNAMED = ["handles", "requests", "resources"].map((what) => `nodejs_active_${what}_total`);

type Chapter = (makers: MetricMakers) => void;

/**
 * What one process tells Prometheus, whoever of it has something to tell. Nothing is made before it is
 * asked for the first time, so a process that nobody asks pays nothing.
 */
export class FigureBook {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #chapters: Chapter[] = [];
  #registry: Registry | undefined;

  add(chapter: Chapter): void {
    this.#chapters.push(chapter);
    if (this.#registry !== undefined) chapter(metricMakers(this.#registry));
  }

  /** In the text format, with what Prometheus wants of every Node process. */
  metrics(): Promise<string> {
    return this.#open().metrics();
  }

  asJson(): ReturnType<Registry["getMetricsAsJSON"]> {
    return this.#open().getMetricsAsJSON();
  }

  #open(): Registry {
    if (this.#registry !== undefined) return this.#registry;
    const registry = new Registry();
    for (const chapter of this.#chapters) chapter(metricMakers(registry));
    collectDefaultMetrics({ register: registry });
    for (const name of MISNAMED) registry.removeSingleMetric(name);
    this.#registry = registry;
    return registry;
  }
}
