import { CliError } from "../cli-error.ts";
import type { NamedController } from "../config/config-file.ts";
import { EXIT } from "../exit-codes.ts";
import { tildePath } from "../settings/data-dir.ts";
import { readKeyIfPresent } from "../settings/read-key.ts";

export async function contextKey(
  name: string,
  { apiKey, apiKeyFile = "" }: NamedController,
): Promise<string> {
  const key = apiKey ?? (await readKeyIfPresent(apiKeyFile));
  if (key !== undefined) return key;
  throw new CliError(
    `There is no API key for the context ${name}: ${tildePath(apiKeyFile)} does not exist.`,
    {
      exitCode: EXIT.notAuthorised,
      hints: [`Put it there, or say \`hangar context add ${name}\` again.`],
    },
  );
}
