import type { IdleOptions } from "../commands/add-idle.ts";
import type { Context } from "../context.ts";
import { renderIdleness } from "../render/render-idleness.ts";
import { openClient } from "../settings/client-settings.ts";

export async function runIdle(
  { terminal: { out }, stop }: Context,
  options: IdleOptions,
  id: string,
): Promise<void> {
  const client = await openClient(options);
  const idleness = await client.idle(id, { signal: stop });
  out.line(
    options.json === true
      ? JSON.stringify(idleness, null, 2)
      : renderIdleness(idleness, out.colors),
  );
}
