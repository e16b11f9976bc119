import { VERSION } from "../../src/protocol/version.ts";
import type { ServiceStack } from "../../src/shared/service-stack.ts";
import { type AccessLogDeps, openAccessLog } from "../access-log/open-access-log.ts";
import type { ProxyConfig } from "../config.ts";
import { createRegistry, type FigureSources } from "./prometheus.ts";
import { serveFigures } from "./serve-figures.ts";

type SightDeps = AccessLogDeps & FigureSources;

/** What lets people see into the proxy, as far as it is wanted; it outlives what it shows. */
export async function openSight(
  stack: ServiceStack,
  { name, cluster, figures: place, accessLog: file }: ProxyConfig,
  deps: SightDeps,
) {
  const accessLog = file === undefined ? undefined : stack.use(openAccessLog(deps, file));
  if (place === undefined) return { accessLog, figuresPort: undefined };
  const registry = createRegistry(deps, { name, cluster, version: VERSION });
  const server = stack.use(await serveFigures({ log: deps.log, registry }, place));
  return { accessLog, figuresPort: server.port };
}
