import type { UndrainOptions } from "../commands/add-undrain.ts";
import type { Context } from "../context.ts";
import { openClient } from "../settings/client-settings.ts";
import { droneLine } from "./drone-line.ts";

export async function runUndrain(
  { terminal: { out }, stop }: Context,
  options: UndrainOptions,
  name: string,
): Promise<void> {
  const client = await openClient(options);
  const drone = await client.undrain(name, { signal: stop });
  out.line(options.json === true ? JSON.stringify(drone) : droneLine(drone, out.colors));
}
