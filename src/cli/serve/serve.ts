import type { Clock } from "../../shared/clock.ts";
import type { Log } from "../../shared/log.ts";
import type { Context } from "../context.ts";
import type { LogSettings } from "../settings/log-settings.ts";
import { openLog } from "./open-log.ts";
import { untilStopped } from "./until-stopped.ts";

export interface ServeDeps {
  clock: Clock;
  log: Log;
  stop: AbortSignal;
}

/** Runs one process until it is told to stop, then lets it leave in order. */
export async function serve(
  { terminal, stop }: Context,
  logSettings: LogSettings,
  start: (deps: ServeDeps) => Promise<AsyncDisposable>,
): Promise<void> {
  const { log } = await openLog(logSettings, terminal.err);
  const { systemClock } = await import("../../shared/clock.ts");
  await using _service = await start({ clock: systemClock, log, stop });
  await untilStopped(stop);
  log.info("stopping");
}
