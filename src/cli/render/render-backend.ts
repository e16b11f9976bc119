import type { Colors } from "picocolors/types.js";
import type { Backend } from "../../protocol/backend.ts";
import type { Resources } from "../../protocol/spawn-config.ts";
import { formatBytes } from "./format-bytes.ts";
import { formatAge, formatDuration, formatSeconds } from "./format-duration.ts";
import { formatKey } from "./format-key.ts";
import { renderEnd } from "./render-end.ts";
import { type Fact, renderFacts } from "./render-facts.ts";
import { renderTimeline } from "./render-timeline.ts";
import { statusText } from "./status-text.ts";
import { stripControl } from "./strip-control.ts";

/** Everything about one backend, for a person. */
export function renderBackend(backend: Backend, now: number, colors: Colors): string {
  const since = colors.dim(`for ${formatAge(now - backend.status_at)}`);
  return [
    `${colors.bold(backend.id)}  ${statusText(backend.status, colors)}  ${since}`,
    renderFacts([...identity(backend, now), ...limits(backend, now)], colors),
    `${colors.bold("Timeline")}\n${renderTimeline(backend.timeline, colors)}`,
    ...renderEnd(backend.termination, colors),
  ].join("\n\n");
}

function identity(backend: Backend, now: number): Fact[] {
  const { key, command, address, labels, env_names, refusals } = backend;
  return [
    ["key", formatKey(key)],
    ["image", backend.image],
    ["command", command?.map(stripControl).join(" ")],
    ["env", env_names.join(", ")],
    [
      "labels",
      Object.entries(labels)
        .map(([name, value]) => `${name}=${stripControl(value)}`)
        .join(", "),
    ],
    ["host", `${backend.subdomain ?? backend.id}.${backend.cluster}`],
    ["access", backend.static_token ? `${backend.access}, static` : backend.access],
    ["drone", `${backend.drone}${backend.pool === "" ? "" : ` of pool ${backend.pool}`}`],
    ["asked before", refusals.map(({ drone, because }) => `${drone} ${because}`).join("\n")],
    ["address", address === null ? null : `${address.host}:${address.port}`],
    ["fencing token", String(backend.fencing_token)],
    ["lease", describeLease(backend, now)],
  ];
}

function limits(backend: Backend, now: number): Fact[] {
  const { max_idle_seconds, expires_at, open_connections } = backend;
  return [
    ["resources", describeResources(backend.resources)],
    [
      "connections",
      `${open_connections} open, last active ${formatAge(now - backend.last_active_at)} ago`,
    ],
    ["may be idle", max_idle_seconds === null ? "for ever" : formatSeconds(max_idle_seconds)],
    ["grace", formatSeconds(backend.grace_seconds)],
    ["ends", expires_at === null ? null : describeExpiry(expires_at - now)],
  ];
}

function describeLease({ lease }: Backend, now: number): string | null {
  if (lease === null) return null;
  if (lease.expires_at === null) return "none is held";
  const left = `expires ${describeExpiry(lease.expires_at - now)}`;
  return lease.renewable ? `renewed by its drone, else ${left}` : `not renewed any more, ${left}`;
}

function describeExpiry(leftMs: number): string {
  return leftMs > 0 ? `in ${formatDuration(leftMs)}` : "now";
}

function describeResources({ cpus, memory_bytes, disk_bytes, pids }: Resources): string {
  return [
    cpus === undefined ? "" : `${cpus} ${cpus === 1 ? "CPU" : "CPUs"}`,
    memory_bytes === undefined ? "" : `${formatBytes(memory_bytes)} memory`,
    disk_bytes === undefined ? "" : `${formatBytes(disk_bytes)} disk`,
    pids === undefined ? "" : `${pids} processes`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}
