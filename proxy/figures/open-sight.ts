import { VERSION } from "../../src/protocol/version.ts";
import { FigureBook } from "../../src/shared/figures/figure-book.ts";
import { serveFigures } from "../../src/shared/figures/serve-figures.ts";
import type { ServiceStack } from "../../src/shared/service-stack.ts";
import { type AccessLogDeps, openAccessLog } from "../access-log/open-access-log.ts";
import type { ProxyConfig } from "../config.ts";
import { type FigureSources, tellProxy } from "./prometheus.ts";

type SightDeps = AccessLogDeps & FigureSources & { book?: FigureBook | undefined };

/** What lets people see into the proxy, as far as it is wanted; it outlives what it shows. */
export async function openSight(
  stack: ServiceStack,
  { name, cluster, figures: place, accessLog: file }: ProxyConfig,
  { book = new FigureBook(), ...deps }: SightDeps,
) {
  const accessLog = file === undefined ? undefined : stack.use(openAccessLog(deps, file));
  const about = { name, cluster, version: VERSION };
  book.add((makers) => tellProxy(makers, deps, about));
  const server = place && stack.use(await serveFigures({ log: deps.log, book }, place));
  return { accessLog, figuresPort: server?.port, tell: () => book.asJson() };
}
