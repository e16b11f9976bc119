import { createClient, type HangarClient } from "../../client/client.ts";
import { LEASE, type LeaseTimings } from "../../protocol/lease.ts";
import { LIVE_STATUSES } from "../../protocol/statuses.ts";
import { systemClock } from "../../shared/clock.ts";
import { FigureBook } from "../../shared/figures/figure-book.ts";
import { serveFigures } from "../../shared/figures/serve-figures.ts";
import { ServiceStack } from "../../shared/service-stack.ts";
import type { Context } from "../context.ts";
import { formatAge } from "../render/format-duration.ts";
import type { LogSettings } from "../settings/log-settings.ts";
import { metricsPlaceOf } from "../settings/metrics-settings.ts";
import { toRuntimeConfig } from "../settings/runtime-settings.ts";
import { toTlsSettings } from "../settings/tls-settings.ts";
import { loadProcesses } from "./load-processes.ts";
import { openLog } from "./open-log.ts";
import { renderBanner } from "./render-banner.ts";
import { untilConnected } from "./until-connected.ts";
import { untilStopped } from "./until-stopped.ts";
import {
  type UpSettings,
  upCluster,
  upControllerConfig,
  upDroneConfig,
  upProxyConfig,
} from "./up-configs.ts";

/** Controller, drone and proxy in one process, until it is told to stop. */
export async function runUp(context: Context, settings: UpSettings & LogSettings): Promise<void> {
  const { terminal, stop } = context;
  const startedMs = performance.now();
  const { log, showFrom } = await openLog(settings, terminal.err);
  showFrom("warn");
  // One book, as it is one process: what Prometheus wants of a process stands in it once.
  const deps = { clock: systemClock, log, book: new FigureBook() };
  // Before anything runs, so that a wrong setting leaves nothing behind.
  const controllerConfig = upControllerConfig(settings);
  const runtime = toRuntimeConfig(settings);
  const tls = await toTlsSettings(settings);
  const { lease = LEASE } = controllerConfig;
  const processes = await loadProcesses();

  await using services = new ServiceStack();
  const figures = metricsPlaceOf(settings);
  if (figures !== undefined) services.use(await serveFigures(deps, figures));
  const controller = services.use(await processes.startController(deps, controllerConfig));
  const drone = services.use(
    await processes.startDrone(deps, upDroneConfig(settings, runtime, controller)),
  );
  const proxyConfig = { ...upProxyConfig(settings, controller), ...tls };
  const proxy = services.use(await processes.startProxy(deps, proxyConfig));

  const client = createClient({ url: controller.url, key: controller.keys.admin });
  const state = await untilConnected({
    ...{ client, proxy, droneName: drone.name },
    ...{ sinceMs: startedMs, signal: stop },
  });
  if (stop.aborted) return;
  const tookMs = performance.now() - startedMs;
  terminal.out.line(
    renderBanner(
      { tookMs, settings, lease, apiUrl: controller.url, cluster: upCluster(settings), state },
      terminal.out.colors,
    ),
  );
  showFrom("trace");
  await untilStopped(stop);
  // That drone and proxy leave is no news when everything does.
  showFrom("error");
  await sayGoodbye(context, client, lease);
}

async function sayGoodbye(
  { terminal }: Context,
  client: HangarClient,
  { softMs }: LeaseTimings,
): Promise<void> {
  const { line, colors } = terminal.out;
  const live = await countLive(client).catch(() => undefined);
  line();
  line("Stopping.");
  if (!live) return;
  const what = live === 1 ? "1 backend runs" : `${live} backends run`;
  const time = formatAge(softMs);
  line(`${what} on for ${time}; a ${colors.bold("hangar up")} before that takes over.`);
  line(colors.dim("To end all of them, run `hangar terminate --all` while Hangar is up."));
}

async function countLive(client: HangarClient): Promise<number> {
  let live = 0;
  const signal = AbortSignal.timeout(1_000);
  for await (const _ of client.listBackends({ status: LIVE_STATUSES }, { signal })) live += 1;
  return live;
}
