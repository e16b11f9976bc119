import { homedir } from "node:os";
import { join } from "node:path";

/** Where the config file is unless --config says otherwise: as the XDG Base Directory Specification has it. */
export function defaultConfigFile(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CONFIG_HOME || join(homedir(), ".config");
  return join(base, "hangar", "config.json");
}
