import type { ProxyConfig } from "../../../proxy/config.ts";
import { type ProxyWorkers, startWorkers } from "../../../proxy/workers/index.ts";
import type { ServeDeps } from "./serve.ts";

/** Not SIGHUP, which a terminal sends when it is closed. */
const RESTART_SIGNAL = "SIGUSR2";

/** By itself the signal would end a process that nobody else can stand in for, and all that it has open. */
export function ignoreRestarts({ log }: Pick<ServeDeps, "log">): void {
  process.on(RESTART_SIGNAL, () => {
    log.warn({ signal: RESTART_SIGNAL }, "ignored: only one of several workers can be replaced");
  });
}

/** A proxy of several processes, which are replaced one by one when a signal asks for it. */
export async function runWorkers(
  { clock, log }: ServeDeps,
  config: ProxyConfig,
  count: number,
): Promise<ProxyWorkers> {
  let workers: ProxyWorkers | undefined;
  process.on(RESTART_SIGNAL, () => {
    workers?.restart().catch((error: unknown) => {
      log.error({ err: error }, "restart given up; the other workers serve on");
    });
  });
  workers = await startWorkers({ clock, log }, config, count);
  return workers;
}
