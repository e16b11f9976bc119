import type { DronesOptions } from "../commands/add-drones.ts";
import type { Context } from "../context.ts";
import { renderDrones } from "../render/render-drones.ts";
import { openClient } from "../settings/client-settings.ts";
import { widthOfScreen } from "../terminal.ts";

export async function runDrones(
  { terminal: { out, err }, stop }: Context,
  options: DronesOptions,
): Promise<void> {
  const client = await openClient(options);
  const drones = await client.listDrones({ signal: stop });
  if (options.json === true) {
    out.line(JSON.stringify(drones));
  } else if (drones.length === 0) {
    err.line("No drone has joined yet. `hangar drone` starts one.");
  } else {
    out.line(renderDrones(drones, out.colors, widthOfScreen(out)));
  }
}
