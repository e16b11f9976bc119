import type { Command } from "commander";
import { createClient, type HangarClient } from "../../client/client.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { dataDirSetting, keyFile, tildePath } from "./data-dir.ts";
import { DEFAULT_API_URL, elsewhereThan } from "./key-place.ts";
import { parseHttpUrl } from "./parse-http-url.ts";
import { readKeyIfPresent } from "./read-key.ts";
import { setting } from "./setting.ts";

/** How a command finds the controller and proves itself. */
export interface ClientSettings {
  /** Url and apiKey may be those of a context: applyConfig has seen to that. */
  url: string;
  apiKey?: string;
  dataDir: string;
  /** Whether the data dir was named for this URL, wherever that is: then its key goes there. As applyConfig has seen. */
  dataDirIsForUrl?: boolean;
}

export function addClientSettings(command: Command): Command {
  return command
    .optionsGroup("Controller:")
    .addOption(
      setting("--url <url>", "where its API listens")
        .default(DEFAULT_API_URL)
        .argParser(parseHttpUrl),
    )
    .addOption(
      setting(
        "--context <name>",
        "a controller of the config file, with its key; default: the current one there, if any",
      ),
    )
    .addOption(
      setting(
        "--api-key <key>",
        "default: keys/admin.key in the data dir, for the controller of that folder only",
      ),
    )
    .addOption(dataDirSetting("where `hangar up` keeps its keys"));
}

export async function openClient(settings: ClientSettings): Promise<HangarClient> {
  const { url, apiKey, dataDir } = settings;
  if (apiKey !== undefined) return createClient({ url, key: apiKey });
  const file = keyFile(dataDir, "admin");
  const key = await readKeyIfPresent(file);
  const elsewhere = key === undefined ? undefined : await elsewhereThan(settings);
  if (key !== undefined && elsewhere === undefined) return createClient({ url, key });
  // On a machine where nothing runs yet, that is the news, not the missing key.
  await createClient({ url }).health();
  if (elsewhere !== undefined) throw keyIsForAnother(settings, elsewhere);
  throw new CliError(`There is no API key: ${file} does not exist.`, {
    exitCode: EXIT.notAuthorised,
    hints: ["Give one with --api-key or HANGAR_API_KEY, or the controller's --data-dir."],
  });
}

function keyIsForAnother({ url, dataDir }: ClientSettings, places: readonly string[]): CliError {
  const file = tildePath(keyFile(dataDir, "admin"));
  return new CliError(`The key in ${file} is for ${places.join(", ")}, and not sent to ${url}.`, {
    exitCode: EXIT.notAuthorised,
    hints: [
      "Give that controller's key with --api-key or HANGAR_API_KEY, or remember both: `hangar context add`.",
      `If it is the controller of that folder, say both: --url ${url} --data-dir ${tildePath(dataDir)}`,
    ],
  });
}
