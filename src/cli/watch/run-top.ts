import { setTimeout as delay } from "node:timers/promises";
import type { HangarClient } from "../../client/client.ts";
import { collect } from "../collect.ts";
import type { TopOptions } from "../commands/add-top.ts";
import type { Context } from "../context.ts";
import { formatKey } from "../render/format-key.ts";
import { type MetricsRow, renderTop } from "../render/render-metrics.ts";
import { LIVE_STATUSES } from "../render/status-text.ts";
import { openClient } from "../settings/client-settings.ts";
import { onKey } from "./on-key.ts";
import { untilInterrupted } from "./until-interrupted.ts";

const REFRESH_MS = 2_000;
const ENDING_KEYS = ["q", "\u0003"];

export async function runTop(context: Context, options: TopOptions): Promise<void> {
  const { out, err } = context.terminal;
  const client = await openClient(options);
  const isLive = out.isInteractive && options.once !== true && options.json !== true;
  if (!isLive && (options.once === true || options.json !== true)) {
    const rows = await read(client, options, context.stop);
    if (options.json === true) out.line(JSON.stringify(rows.map(({ metrics }) => metrics)));
    else if (rows.length === 0) err.line("No backend runs.");
    else out.line(renderTop(rows, out.colors));
    return;
  }
  const quit = new AbortController();
  const stop = AbortSignal.any([context.stop, quit.signal]);
  using _ = onKey(ENDING_KEYS, () => quit.abort());
  const show = isLive ? await redrawer(out.stream) : out.line;
  await untilInterrupted(stop, async () => {
    for (;;) {
      const rows = await read(client, options, stop);
      if (!isLive) show(JSON.stringify(rows.map(({ metrics }) => metrics)));
      else if (rows.length === 0) show(out.colors.dim("No backend runs."));
      else show(fitting(renderTop(rows, out.colors), out.stream.rows));
      await delay(REFRESH_MS, undefined, { signal: stop });
    }
  });
}

async function read(
  client: HangarClient,
  { namespace, limit }: TopOptions,
  signal: AbortSignal,
): Promise<MetricsRow[]> {
  const [all, backends] = await Promise.all([
    client.listMetrics({ namespace, limit }, { signal }),
    collect(client.listBackends({ namespace, status: LIVE_STATUSES, limit: 1_000 }, { signal })),
  ]);
  const known = new Map(backends.map((backend) => [backend.id as string, backend]));
  return all.map((metrics) => {
    const backend = known.get(metrics.backend_id);
    return { metrics, key: backend ? formatKey(backend.key) : "", drone: backend?.drone ?? "" };
  });
}

/** What is longer than the terminal cannot be drawn over. */
function fitting(text: string, rows: number | undefined): string {
  return rows === undefined
    ? text
    : text
        .split("\n")
        .slice(0, Math.max(2, rows - 1))
        .join("\n");
}

async function redrawer(stream: NodeJS.WriteStream): Promise<(text: string) => void> {
  const { createLogUpdate } = await import("log-update");
  return createLogUpdate(stream);
}
