import { setTimeout as delay } from "node:timers/promises";
import type { HangarClient } from "../../client/client.ts";
import { collect } from "../../client/collect.ts";
import { LIVE_STATUSES } from "../../protocol/statuses.ts";
import type { TopOptions } from "../commands/add-top.ts";
import type { Context } from "../context.ts";
import { formatKey } from "../render/format-key.ts";
import { type MetricsRow, renderUses } from "../render/render-metrics.ts";
import { openClient } from "../settings/client-settings.ts";
import { untilInterrupted } from "./until-interrupted.ts";
import { watchTop } from "./watch-top.ts";

const REFRESH_MS = 2_000;

export async function runTop(context: Context, options: TopOptions): Promise<void> {
  const {
    terminal: { out, err },
    stop,
  } = context;
  const client = await openClient(options);
  const look = (signal: AbortSignal) => read(client, options, signal);
  if (options.json === true && options.once !== true) {
    await untilInterrupted(stop, async () => {
      for (;;) {
        out.line(jsonOf(await look(stop)));
        await delay(REFRESH_MS, undefined, { signal: stop });
      }
    });
    return;
  }
  if (options.json === true) return out.line(jsonOf(await look(stop)));
  if (out.isInteractive && options.once !== true) return await watchTop(context, look);
  const rows = await look(stop);
  if (rows.length === 0) err.line("No backend runs.");
  else out.line(renderUses(rows, out.colors));
}

function jsonOf(rows: readonly MetricsRow[]): string {
  return JSON.stringify(rows.map(({ metrics }) => metrics));
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
