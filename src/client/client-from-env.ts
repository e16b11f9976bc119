import { type ClientOptions, createClient, type HangarClient } from "./client.ts";

/** Read by nobody but whoever passes it in: `process.env`, `Deno.env.toObject()`, a worker's bindings. */
export interface ClientEnv {
  /** Where the controller's API listens. Default: `http://127.0.0.1:8080`. */
  readonly HANGAR_URL?: string | undefined;
  readonly HANGAR_API_KEY?: string | undefined;
}

/** A client by the variables that the `hangar` command reads too; empty ones count as absent. */
export function clientFromEnv(
  { HANGAR_URL, HANGAR_API_KEY }: ClientEnv,
  options: Omit<ClientOptions, "url" | "key"> = {},
): HangarClient {
  const url = HANGAR_URL || "http://127.0.0.1:8080";
  if (!/^https?:\/\//.test(url)) throw new Error(`HANGAR_URL is no http:// address`);
  return createClient({ ...options, url, key: HANGAR_API_KEY || undefined });
}
