import { resolve } from "node:path";
import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { dataDirSetting, keyFile } from "./data-dir.ts";
import { DEFAULT_API_URL } from "./key-place.ts";
import { parseHttpUrl } from "./parse-http-url.ts";
import { readKeyIfPresent } from "./read-key.ts";
import { setting } from "./setting.ts";

/** How a drone or a proxy finds its controller and proves itself. */
export interface JoinSettings {
  controller: string;
  key?: string;
  keyFile?: string;
  dataDir: string;
}

export function addJoinSettings(command: Command, scope: "drone" | "proxy"): Command {
  return command
    .optionsGroup("Controller:")
    .addOption(
      setting("--controller <url>", "where its API listens")
        .default(DEFAULT_API_URL)
        .argParser(parseHttpUrl),
    )
    .addOption(setting("--key <key>", `an API key of scope ${scope}`).conflicts("keyFile"))
    .addOption(
      setting(
        "--key-file <file>",
        `a file that holds it; default: keys/${scope}.key in the data dir`,
      ).argParser((text) => resolve(text)),
    )
    .addOption(dataDirSetting("what is kept here"));
}

export async function readJoinKey(
  settings: JoinSettings,
  scope: "drone" | "proxy",
): Promise<string> {
  const file = settings.keyFile ?? keyFile(settings.dataDir, scope);
  const key = settings.key ?? (await readKeyIfPresent(file));
  if (key !== undefined) return key;
  throw new CliError(`There is no ${scope} key: ${file} does not exist.`, {
    exitCode: EXIT.notAuthorised,
    hints: [
      `The controller made one on its first start, as keys/${scope}.key in its data dir.`,
      "Give it with --key, HANGAR_KEY or --key-file.",
    ],
  });
}
