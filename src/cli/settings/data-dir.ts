import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Option } from "commander";
import { setting } from "./setting.ts";

export function dataDirSetting(description: string): Option {
  return setting("--data-dir <dir>", description)
    .default(join(homedir(), ".hangar"), "~/.hangar")
    .argParser((text) => resolve(text));
}

export function keyFile(dataDir: string, scope: "admin" | "drone" | "proxy"): string {
  return join(dataDir, "keys", `${scope}.key`);
}

/** A path as a person writes it: `~/.hangar`. */
export function tildePath(path: string): string {
  const home = homedir();
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
