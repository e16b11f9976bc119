import { collect } from "../../client/collect.ts";
import type { TokensLsOptions } from "../commands/add-tokens.ts";
import type { Context } from "../context.ts";
import { renderTokens } from "../render/render-tokens.ts";
import { openClient } from "../settings/client-settings.ts";

export async function runTokensLs(
  { terminal: { out, err }, stop }: Context,
  options: TokensLsOptions,
  id: string,
): Promise<void> {
  const client = await openClient(options);
  const filter = options.user === undefined ? {} : { user: options.user };
  const tokens = await collect(client.listTokens(id, filter, { signal: stop }));
  if (options.json === true) out.line(JSON.stringify(tokens));
  else if (tokens.length > 0) out.line(renderTokens(tokens, Date.now(), out.colors));
  else err.line("No connection token lets anybody in. `hangar connect` mints one.");
}
