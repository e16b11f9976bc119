import type { InspectOptions } from "../commands/add-inspect.ts";
import type { Context } from "../context.ts";
import { renderBackend } from "../render/render-backend.ts";
import { openClient } from "../settings/client-settings.ts";

export async function runInspect(
  { terminal: { out }, stop }: Context,
  options: InspectOptions,
  id: string,
): Promise<void> {
  const client = await openClient(options);
  const backend = await client.getBackend(id, { signal: stop });
  out.line(
    options.json === true
      ? JSON.stringify(backend, null, 2)
      : renderBackend(backend, Date.now(), out.colors),
  );
}
