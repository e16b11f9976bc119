import type { MetricsOptions } from "../commands/add-metrics.ts";
import type { Context } from "../context.ts";
import { metricsLine, renderMetrics } from "../render/render-metrics.ts";
import { openClient } from "../settings/client-settings.ts";
import { untilInterrupted } from "./until-interrupted.ts";

export async function runMetrics(
  { terminal: { out }, stop }: Context,
  { follow, json, ...settings }: MetricsOptions,
  id: string,
): Promise<void> {
  const client = await openClient(settings);
  if (follow !== true) {
    const metrics = await client.metrics(id, { signal: stop });
    out.line(json === true ? JSON.stringify(metrics) : renderMetrics(metrics, out.colors));
    return;
  }
  await untilInterrupted(stop, async () => {
    for await (const metrics of client.metricsStream(id, { signal: stop })) {
      out.line(json === true ? JSON.stringify(metrics) : metricsLine(metrics, out.colors));
    }
  });
}
