import type { Colors } from "picocolors/types.js";
import type { ConnectedProxy } from "../../protocol/proxy.ts";
import { formatAge } from "./format-duration.ts";
import { type Fitting, renderTable } from "./render-table.ts";

const HEAD = [
  "NAME",
  "CLUSTER",
  "VERSION",
  "CONNECTED",
  "CONNECTIONS",
  "OPEN",
  "BACKENDS",
  "REQUESTS/S",
  "HEARD",
];

const FIT: Fitting["columns"] = {
  NAME: { leastWidth: 10 },
  CLUSTER: { leastWidth: 10, importance: 3 },
  VERSION: { importance: 1 },
  CONNECTED: { importance: 2 },
  BACKENDS: { importance: 4 },
  OPEN: { importance: 5 },
};

export function renderProxies(
  proxies: readonly ConnectedProxy[],
  now: number,
  colors: Colors,
  width = Number.POSITIVE_INFINITY,
): string {
  const rows = proxies.map((proxy) => [
    colors.bold(proxy.name),
    proxy.cluster,
    proxy.version,
    `for ${formatAge(now - proxy.connected_at)}`,
    String(proxy.connections),
    String(proxy.requests_open),
    String(proxy.active_backends),
    formatRate(proxy.requests_per_second),
    `${formatAge(proxy.last_heard_age_ms)} ago`,
  ]);
  return renderTable(HEAD, rows, colors, { width, columns: FIT });
}

function formatRate(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}
