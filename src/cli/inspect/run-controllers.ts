import type { ControllersOptions } from "../commands/add-controllers.ts";
import type { Context } from "../context.ts";
import { renderControllers } from "../render/render-controllers.ts";
import { openClient } from "../settings/client-settings.ts";

export async function runControllers(
  { terminal: { out }, stop }: Context,
  options: ControllersOptions,
): Promise<void> {
  const client = await openClient(options);
  const controllers = await client.listControllers({ signal: stop });
  out.line(
    options.json === true
      ? JSON.stringify(controllers)
      : renderControllers(controllers, Date.now(), out.colors),
  );
}
