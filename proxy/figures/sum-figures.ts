import { AggregatorRegistry, Gauge, Registry } from "prom-client";

/** All figures of a process, as they are told to another one. */
export type ToldFigures = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>;

/** Of what is the same in all, or bad if it is so in one; anything else is added up. */
const AGGREGATORS: Record<string, ToldFigures[number]["aggregator"]> = {
  hangar_proxy_info: "first",
  hangar_proxy_certificate_expires_seconds: "min",
};

/** JSON has no NaN, which is what some of Node's figures are before they have been measured. */
export function tellable(told: ToldFigures): ToldFigures {
  return told.map((metric) => ({
    ...metric,
    aggregator: AGGREGATORS[metric.name] ?? metric.aggregator,
    values: metric.values.filter(({ value }) => Number.isFinite(value)),
  }));
}

/** The sum over processes. What `own` tells is not asked of the others. */
export function sumFigures(told: readonly ToldFigures[], own: ToldFigures = []): Registry {
  const names = new Set(own.map(({ name }) => name));
  const others = told.map((figures) => figures.filter(({ name }) => !names.has(name)));
  return AggregatorRegistry.aggregate([...others, own]);
}

/** What must still be counted of processes that have ended, or totals would go down. */
export async function totalsOf(told: readonly ToldFigures[]): Promise<ToldFigures> {
  const totals = told.map((figures) =>
    figures.filter(({ type }) => String(type) === "counter" || String(type) === "histogram"),
  );
  return await sumFigures(totals).getMetricsAsJSON();
}

export interface CommonSources {
  isConnected(): boolean;
  activeBackends(): number;
  workers(): number;
}

/** What the workers' figures would tell N times, or not at all. */
export async function commonFigures(sources: CommonSources): Promise<ToldFigures> {
  const registry = new Registry();
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name, help, registers: [registry] }).set(value);
  gauge(
    "hangar_proxy_connected",
    "1 while the controller knows of this proxy.",
    Number(sources.isConnected()),
  );
  gauge(
    "hangar_proxy_backends_active",
    "Backends in use, or used since they were last told of.",
    sources.activeBackends(),
  );
  gauge("hangar_proxy_workers", "Processes that serve.", sources.workers());
  return await registry.getMetricsAsJSON();
}
