import { Figures as ControllerFigures } from "../../controller/figures/figures.ts";
import { tellController } from "../../controller/figures/prometheus.ts";
import { Figures as DroneFigures } from "../../drone/figures/figures.ts";
import { tellDrone } from "../../drone/figures/prometheus.ts";
import { Figures as ProxyFigures } from "../../proxy/figures/figures.ts";
import { tellProxy } from "../../proxy/figures/prometheus.ts";
import { commonFigures } from "../../proxy/figures/sum-figures.ts";
import { FigureBook } from "../../src/shared/figures/figure-book.ts";
import type { MetricMakers } from "../../src/shared/figures/metric-makers.ts";
import { parseMetrics } from "./parse-metrics.ts";

/** The labels of every metric that controller, drone and proxy can tell, by the names of their samples. */
export async function toldMetrics(): Promise<Map<string, readonly string[]>> {
  const told = new Map<string, readonly string[]>();
  const makers = recordingMakers(told);
  const about = { name: "", cluster: "", pool: "", runtime: "", version: "" };
  // Nothing is read from the sources here.
  tellController(makers, { figures: new ControllerFigures() } as never, about);
  tellDrone(makers, { figures: new DroneFigures() } as never, about);
  const certificates = () => [];
  tellProxy(makers, { figures: new ProxyFigures(), certificates } as never, about);
  const workers = { isConnected: () => true, activeBackends: () => 0, workers: () => 1 };
  for (const { name } of await commonFigures(workers)) told.set(name, []);
  for (const { name } of parseMetrics(await new FigureBook().metrics())) told.set(name, []);
  return told;
}

function recordingMakers(told: Map<string, readonly string[]>): MetricMakers {
  const alone = (name: string) => void told.set(name, []);
  const labelled = (name: string, _help: string, labels: readonly string[]) =>
    void told.set(name, labels);
  return {
    counter: alone,
    gauge: alone,
    counters: labelled,
    gauges: labelled,
    seconds(name, _help, labels) {
      for (const part of ["_sum", "_count"]) told.set(name + part, labels);
      told.set(`${name}_bucket`, [...labels, "le"]);
    },
    about: (name, _help, labels) => void told.set(name, Object.keys(labels)),
  };
}
