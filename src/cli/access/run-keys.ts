import type { CreateKeyOptions, KeysOptions, RevokeKeyOptions } from "../commands/add-keys.ts";
import type { Context } from "../context.ts";
import { formatAge } from "../render/format-duration.ts";
import { renderKeys } from "../render/render-keys.ts";
import { openClient } from "../settings/client-settings.ts";

/** The secret alone goes to stdout, so that it can be piped into where it belongs. */
export async function runCreateKey(
  { terminal: { out, err }, stop }: Context,
  options: CreateKeyOptions,
  name: string,
): Promise<void> {
  const { scope, namespace, expires, rate } = options;
  const client = await openClient(options);
  const made = await client.createApiKey(
    {
      name,
      scopes: [...scope],
      ...(namespace === undefined ? {} : { namespace }),
      ...(expires === undefined ? {} : { expires_in_seconds: expires }),
      ...(rate === undefined ? {} : { rate_limit: rate }),
    },
    { signal: stop },
  );
  if (options.json === true) return out.line(JSON.stringify(made));
  const until = expires === undefined ? "" : `, for ${formatAge(expires * 1_000)}`;
  err.line(`${err.colors.green("✔")} ${made.id} may ${made.scopes.join(", ")}${until}.`);
  err.line(err.colors.dim("  This is its secret. It is not shown again."));
  out.line(made.key);
}

export async function runListKeys(
  { terminal: { out, err }, stop }: Context,
  options: KeysOptions,
): Promise<void> {
  const client = await openClient(options);
  const keys = await client.listApiKeys({ signal: stop });
  if (options.json === true) return out.line(JSON.stringify(keys));
  if (keys.length === 0) return err.line("There is no API key.");
  out.line(renderKeys(keys, Date.now(), out.colors));
}

export async function runRevokeKey(
  { terminal: { out }, stop }: Context,
  options: RevokeKeyOptions,
  id: string,
): Promise<void> {
  const client = await openClient(options);
  const revoked = await client.revokeApiKey(id, { force: options.force }, { signal: stop });
  out.line(options.json === true ? JSON.stringify(revoked) : `${id}  revoked`);
}
