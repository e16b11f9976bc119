import type { Command } from "commander";
import { createClient, type HangarClient } from "../../client/client.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { dataDirSetting, keyFile } from "./data-dir.ts";
import { parseHttpUrl } from "./parse-http-url.ts";
import { readKeyIfPresent } from "./read-key.ts";
import { setting } from "./setting.ts";

/** How a command finds the controller and proves itself. */
export interface ClientSettings {
  /** Url and apiKey may be those of a context: applyConfig has seen to that. */
  url: string;
  apiKey?: string;
  dataDir: string;
}

export const DEFAULT_API_URL = "http://127.0.0.1:8080";

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
    .addOption(setting("--api-key <key>", "default: keys/admin.key in the data dir"))
    .addOption(dataDirSetting("where `hangar up` keeps its keys"));
}

export async function openClient({ url, apiKey, dataDir }: ClientSettings): Promise<HangarClient> {
  const file = keyFile(dataDir, "admin");
  const key = apiKey ?? (await readKeyIfPresent(file));
  if (key !== undefined) return createClient({ url, key });
  // On a machine where nothing runs yet, that is the news, not the missing key.
  await createClient({ url }).health();
  throw new CliError(`There is no API key: ${file} does not exist.`, {
    exitCode: EXIT.notAuthorised,
    hints: ["Give one with --api-key or HANGAR_API_KEY, or the controller's --data-dir."],
  });
}
