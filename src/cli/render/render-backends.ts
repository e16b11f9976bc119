import type { Colors } from "picocolors/types.js";
import type { BackendSummary } from "../../protocol/backend.ts";
import { tellsMore } from "./describe-end.ts";
import { formatAge } from "./format-duration.ts";
import { formatKey } from "./format-key.ts";
import { type Fitting, renderTable } from "./render-table.ts";
import { statusText } from "./status-text.ts";

const HEAD = ["ID", "KEY", "STATUS", "IMAGE", "DRONE", "AGE", "HOST"];
const FIT: Fitting["columns"] = {
  KEY: { leastWidth: 12 },
  IMAGE: { leastWidth: 10, importance: 3 },
  DRONE: { leastWidth: 8, importance: 2 },
  AGE: { importance: 4 },
  HOST: { importance: 1 },
};

export function renderBackends(
  backends: readonly BackendSummary[],
  now: number,
  colors: Colors,
  width = Number.POSITIVE_INFINITY,
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
  return renderTable(HEAD, rows, colors, { width, columns: FIT });
}

function endNote({ ended }: BackendSummary): string | undefined {
  if (ended === undefined) return undefined;
  const { reason, exit_code } = ended;
  return tellsMore(reason, exit_code) ? `${reason} ${exit_code}` : reason;
}
