import type { Command } from "commander";
import { parseListenPort } from "./parse-number.ts";
import { setting } from "./setting.ts";

/** Where Prometheus may ask without a key. */
export interface MetricsSettings {
  metricsPort?: number;
  metricsHost: string;
}

/** `what` tells there, and what is so unless it is asked for. */
export function addMetricsSettings(command: Command, what: string, unless = "nowhere"): Command {
  return command
    .addOption(
      setting(
        "--metrics-port <port>",
        `where /metrics tells Prometheus what ${what}; default: ${unless}`,
      ).argParser(parseListenPort),
    )
    .addOption(setting("--metrics-host <address>", "where /metrics is").default("127.0.0.1"));
}

type Place = { host: string; port: number };

export function metricsPlaceOf({ metricsHost, metricsPort }: MetricsSettings): Place | undefined {
  return metricsPort === undefined ? undefined : { host: metricsHost, port: metricsPort };
}

/** As it stands in the config of a process that has a listener of its own. */
export function figuresOf(settings: MetricsSettings): { figures?: Place } {
  const figures = metricsPlaceOf(settings);
  return figures === undefined ? {} : { figures };
}
