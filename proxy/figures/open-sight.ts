import { VERSION } from "../../src/protocol/version.ts";
import type { ServiceStack } from "../../src/shared/service-stack.ts";
import { type AccessLogDeps, openAccessLog } from "../access-log/open-access-log.ts";
import type { ProxyConfig } from "../config.ts";
import { createRegistry, type FigureSources } from "./prometheus.ts";
import { serveFigures } from "./serve-figures.ts";
import type { ToldFigures } from "./sum-figures.ts";

type SightDeps = AccessLogDeps & FigureSources;

/** What lets people see into the proxy, as far as it is wanted; it outlives what it shows. */
export async function openSight(
  stack: ServiceStack,
  { name, cluster, figures: place, accessLog: file }: ProxyConfig,
  deps: SightDeps,
) {
  const accessLog = file === undefined ? undefined : stack.use(openAccessLog(deps, file));
  const about = { name, cluster, version: VERSION };
  if (place === undefined) {
    let registry: ReturnType<typeof createRegistry> | undefined;
    const tell = (): Promise<ToldFigures> => {
      registry ??= createRegistry(deps, about);
      return registry.getMetricsAsJSON();
    };
    return { accessLog, figuresPort: undefined, tell };
  }
  const registry = createRegistry(deps, about);
  const server = stack.use(await serveFigures({ log: deps.log, registry }, place));
  return { accessLog, figuresPort: server.port, tell: () => registry.getMetricsAsJSON() };
}
