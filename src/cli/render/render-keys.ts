import type { Colors } from "picocolors/types.js";
import type { ApiKey } from "../../protocol/api-key.ts";
import { formatRate } from "../settings/parse-rate.ts";
import { formatAge } from "./format-duration.ts";
import { renderTable } from "./render-table.ts";
import { stripControl } from "./strip-control.ts";

const HEAD = ["ID", "NAME", "SCOPES", "NAMESPACE", "RATE", "EXPIRES", "LAST USED"];

export function renderKeys(keys: readonly ApiKey[], now: number, colors: Colors): string {
  const rows = keys.map((key) => [
    colors.bold(key.id),
    stripControl(key.name),
    key.scopes.join(", "),
    key.namespace === null ? "all" : stripControl(key.namespace),
    key.rate_limit === null ? "-" : formatRate(key.rate_limit),
    expiry(key.expires_at, now, colors),
    key.last_used_at === null ? "never" : `${formatAge(now - key.last_used_at)} ago`,
  ]);
  return renderTable(HEAD, rows, colors);
}

function expiry(at: number | null, now: number, colors: Colors): string {
  if (at === null) return "never";
  return at <= now ? colors.red(`${formatAge(now - at)} ago`) : `in ${formatAge(at - now)}`;
}
