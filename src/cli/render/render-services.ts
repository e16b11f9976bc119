import type { Colors } from "picocolors/types.js";
import type { Service } from "../../protocol/service.ts";
import { formatAge, formatSeconds } from "./format-duration.ts";
import { renderFacts } from "./render-facts.ts";
import { renderTable } from "./render-table.ts";
import { stripControl } from "./strip-control.ts";

const HEAD = ["SERVICE", "IMAGE", "ENVIRONMENTS", "CREATED", "LAST SPAWN"];

export function renderServices(services: readonly Service[], now: number, colors: Colors): string {
  const rows = services.map((service) => [
    colors.bold(service.namespace),
    service.spawn.image ?? "none",
    service.environments.map(({ name }) => name).join(", "),
    ago(service.created_at, now),
    ago(service.last_spawned_at, now),
  ]);
  return renderTable(HEAD, rows, colors);
}

export function renderService(service: Service, now: number, colors: Colors): string {
  const { spawn, env_names, environments, namespace } = service;
  const idle = spawn.max_idle_seconds;
  return [
    colors.bold(namespace),
    renderFacts(
      [
        ["account", service.account],
        ["image", spawn.image ?? "none yet"],
        ["command", spawn.command?.map(stripControl).join(" ")],
        ["env", env_names.join(", ")],
        ["credentials", service.has_credentials ? "kept" : undefined],
        ["max idle", idle === undefined ? undefined : formatSeconds(idle)],
        ["pool", spawn.pool],
        ["cluster", spawn.cluster],
        ["created", ago(service.created_at, now)],
        ["last spawn", ago(service.last_spawned_at, now)],
        [
          "environments",
          environments
            .map(({ name, image, cluster }) => environmentLine(name, image, cluster))
            .join("\n"),
        ],
      ],
      colors,
    ),
  ].join("\n");
}

function environmentLine(name: string, image: string | null, cluster: string | null): string {
  return [name, image ?? "its image", ...(cluster === null ? [] : [`on ${cluster}`])].join("  ");
}

function ago(at: number | null, now: number): string {
  return at === null ? "never" : `${formatAge(now - at)} ago`;
}
