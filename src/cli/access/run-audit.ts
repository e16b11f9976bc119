import type { AuditEntry } from "../../protocol/audit.ts";
import type { AuditOptions } from "../commands/add-audit.ts";
import type { Context } from "../context.ts";
import { renderAudit } from "../render/render-audit.ts";
import { openClient } from "../settings/client-settings.ts";

export async function runAudit(
  { terminal: { out, err }, stop }: Context,
  options: AuditOptions,
): Promise<void> {
  const { key: keyId, action, target, since, limit } = options;
  const client = await openClient(options);
  const now = Date.now();
  const query = {
    ...{ keyId, action, target },
    ...(since === undefined ? {} : { since: now - since * 1_000 }),
  };
  const entries: AuditEntry[] = [];
  for await (const entry of client.listAudit(query, { signal: stop })) {
    entries.push(entry);
    if (entries.length === limit) break;
  }
  if (options.json === true) return out.line(JSON.stringify(entries));
  if (entries.length === 0) return err.line("Nothing of that kind was done.");
  out.line(renderAudit(entries, now, out.colors));
}
