import type { Colors } from "picocolors/types.js";
import type { AuditEntry } from "../../protocol/audit.ts";
import { formatAge } from "./format-duration.ts";
import { renderTable } from "./render-table.ts";
import { stripControl } from "./strip-control.ts";

const HEAD = ["WHEN", "WHO", "FROM", "ACTION", "TARGET", "DETAILS"];

export function renderAudit(entries: readonly AuditEntry[], now: number, colors: Colors): string {
  const rows = entries.map((entry) => [
    `${formatAge(now - entry.at)} ago`,
    stripControl(entry.key_name ?? entry.key_id ?? "forward-auth"),
    entry.address ?? "-",
    colors.bold(entry.action),
    entry.target,
    colors.dim(stripControl(detailsOf(entry))),
  ]);
  return renderTable(HEAD, rows, colors);
}

function detailsOf({ namespace, details }: AuditEntry): string {
  return Object.entries({ namespace, ...details })
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}
