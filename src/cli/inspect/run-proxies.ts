import type { ProxiesOptions } from "../commands/add-proxies.ts";
import type { Context } from "../context.ts";
import { renderProxies } from "../render/render-proxies.ts";
import { openClient } from "../settings/client-settings.ts";
import { widthOfScreen } from "../terminal.ts";

export async function runProxies(
  { terminal: { out, err }, stop }: Context,
  options: ProxiesOptions,
): Promise<void> {
  const client = await openClient(options);
  const proxies = await client.listProxies({ signal: stop });
  if (options.json === true) {
    out.line(JSON.stringify(proxies));
  } else if (proxies.length === 0) {
    err.line("No proxy is connected. `hangar proxy` starts one.");
  } else {
    out.line(renderProxies(proxies, Date.now(), out.colors, widthOfScreen(out)));
  }
}
