import { setTimeout as delay } from "node:timers/promises";
import type { HangarClient } from "../../client/client.ts";
import { collect } from "../../client/collect.ts";
import type { BackendSummary } from "../../protocol/backend.ts";
import { LIVE_STATUSES } from "../../protocol/statuses.ts";
import type { LsOptions } from "../commands/add-ls.ts";
import type { Context } from "../context.ts";
import { renderBackends } from "../render/render-backends.ts";
import { openClient } from "../settings/client-settings.ts";
import { type Screen, widthOfScreen } from "../terminal.ts";

const WATCH_INTERVAL_MS = 1_000;

export async function runLs(context: Context, options: LsOptions): Promise<void> {
  const {
    terminal: { out, err },
    stop,
  } = context;
  const client = await openClient(options);
  if (options.watch === true) return await watch(context, client, options);
  const backends = await list(client, options, stop);
  if (options.json === true) {
    out.line(JSON.stringify(backends));
  } else if (backends.length === 0) {
    err.line(noneText(options));
  } else {
    out.line(renderBackends(backends, Date.now(), out.colors, widthOfScreen(out)));
  }
}

async function list(
  client: HangarClient,
  { all, status, key, namespace, drone, label }: LsOptions,
  signal: AbortSignal,
): Promise<BackendSummary[]> {
  const filter = {
    status: status ?? (all === true ? undefined : LIVE_STATUSES),
    key,
    namespace,
    drone,
    labels: label,
  };
  return await collect(client.listBackends(filter, { signal }));
}

function noneText({ all, status, key, namespace, drone, label }: LsOptions): string {
  const isFiltered = [status, key, namespace, drone, label].some((each) => each !== undefined);
  if (isFiltered) return "No backend fits.";
  return all === true
    ? "There has been no backend yet. `hangar connect --image IMG` spawns one."
    : "No backend is live. `hangar connect --image IMG` spawns one; --all shows those that have ended.";
}

/** Until Ctrl-C, which is how a watch is meant to end and thus no failure. */
async function watch(
  { terminal: { out }, stop }: Context,
  client: HangarClient,
  options: LsOptions,
): Promise<void> {
  const show = out.isInteractive && options.json !== true ? await redrawer(out) : printer(out);
  try {
    for (;;) {
      const backends = await list(client, options, stop);
      show(options.json === true ? JSON.stringify(backends) : view(backends, options, out));
      await delay(WATCH_INTERVAL_MS, undefined, { signal: stop });
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

function view(backends: readonly BackendSummary[], options: LsOptions, out: Screen): string {
  if (backends.length === 0) return out.colors.dim(noneText(options));
  return renderBackends(backends, Date.now(), out.colors, widthOfScreen(out));
}

async function redrawer({ stream }: Screen): Promise<(text: string) => void> {
  const { createLogUpdate } = await import("log-update");
  return createLogUpdate(stream);
}

/** For a file: again only when something has changed. */
function printer({ line }: Screen): (text: string) => void {
  let last: string | undefined;
  return (text) => {
    if (text !== last) line(text);
    last = text;
  };
}
