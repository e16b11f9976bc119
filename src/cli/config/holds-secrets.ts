import type { ConfigFile } from "./config-file.ts";
import type { ToldOptions } from "./told-options.ts";

/** Variables of options whose values nobody else should read: URLs may hold a password or a token. */
const SECRET = [
  "HANGAR_API_KEY",
  "HANGAR_KEY",
  "HANGAR_ACME_EAB_HMAC",
  "HANGAR_DATABASE",
  "HANGAR_FORWARD_AUTH",
];

export function holdsSecrets(
  { contexts }: ConfigFile,
  told: ReadonlyMap<unknown, ToldOptions>,
): boolean {
  if (Object.values(contexts).some(({ apiKey }) => apiKey !== undefined)) return true;
  const options = [...told.values()].flatMap((each) => [...each.keys()]);
  return options.some(({ envVar }) => SECRET.includes(envVar ?? ""));
}
