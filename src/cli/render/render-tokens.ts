import type { Colors } from "picocolors/types.js";
import type { ConnectionToken } from "../../protocol/token.ts";
import { formatAge } from "./format-duration.ts";
import { renderTable } from "./render-table.ts";
import { stripControl } from "./strip-control.ts";

const HEAD = ["ID", "USER", "AGE", "EXPIRES"];

export function renderTokens(
  tokens: readonly ConnectionToken[],
  now: number,
  colors: Colors,
): string {
  const rows = tokens.map(({ id, user, created_at, expires_at }) => [
    colors.bold(id),
    user === null ? colors.dim("-") : stripControl(user),
    formatAge(now - created_at),
    `in ${formatAge(expires_at - now)}`,
  ]);
  return renderTable(HEAD, rows, colors);
}
