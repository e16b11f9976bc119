import type { Colors } from "picocolors/types.js";
import type { BackendSummary } from "../../protocol/backend.ts";
import { formatAge } from "./format-duration.ts";
import { formatKey } from "./format-key.ts";
import { renderTable } from "./render-table.ts";
import { statusText } from "./status-text.ts";

const HEAD = ["ID", "KEY", "STATUS", "IMAGE", "DRONE", "AGE", "HOST"];

export function renderBackends(
  backends: readonly BackendSummary[],
  now: number,
  colors: Colors,
): string {
  const rows = backends.map((backend) => [
    colors.bold(backend.id),
    backend.key.name === backend.id ? colors.dim("-") : formatKey(backend.key),
    statusText(backend.status, colors, endNote(backend)),
    backend.image,
    backend.drone,
    formatAge(now - backend.created_at),
    colors.dim(`${backend.subdomain ?? backend.id}.${backend.cluster}`),
  ]);
  return renderTable(HEAD, rows, colors);
}

function endNote({ ended }: BackendSummary): string | undefined {
  if (ended === undefined) return undefined;
  const { reason, exit_code } = ended;
  return exit_code === undefined ? reason : `${reason} ${exit_code}`;
}
