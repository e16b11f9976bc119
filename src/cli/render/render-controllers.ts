import type { Colors } from "picocolors/types.js";
import type { Controller } from "../../protocol/controller.ts";
import { formatAge } from "./format-duration.ts";
import { renderTable } from "./render-table.ts";

const HEAD = ["ID", "VERSION", "API", "UP FOR", "HEARD"];

export function renderControllers(
  controllers: readonly Controller[],
  now: number,
  colors: Colors,
): string {
  const rows = controllers.map(({ id, version, url, started_at, last_heartbeat_age_ms }) => [
    colors.bold(id),
    version,
    url,
    formatAge(now - started_at),
    `${formatAge(last_heartbeat_age_ms)} ago`,
  ]);
  return renderTable(HEAD, rows, colors);
}
