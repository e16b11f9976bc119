import type { Command } from "commander";
import type { ControllerConfig } from "../../../controller/config.ts";
import { type AccessSettings, addAccessSettings, toAccess } from "./access-settings.ts";
import { type ApiLimitSettings, addApiLimits, apiLimitsOf } from "./api-limits.ts";
import { databaseSetting } from "./database-setting.ts";
import { type LifecycleSettings, toLifecycle } from "./lifecycle-settings.ts";
import { parseHttpUrl } from "./parse-http-url.ts";
import { parseListenPort } from "./parse-number.ts";
import { setting } from "./setting.ts";

export interface ApiSettings extends AccessSettings, ApiLimitSettings {
  host: string;
  port: number;
  publicUrl?: string;
  database?: string;
}

/** Where a controller's API listens, and how others reach it. */
export function addApiSettings(command: Command): Command {
  return addApiLimits(addAccessSettings(command))
    .addOption(setting("--host <address>", "where the API listens").default("127.0.0.1"))
    .addOption(
      setting("--port <port>", "where the API listens").default(8080).argParser(parseListenPort),
    )
    .addOption(
      setting(
        "--public-url <url>",
        "how others reach the API; default: from host and port",
      ).argParser(parseHttpUrl),
    )
    .addOption(databaseSetting());
}

export function toControllerConfig(
  settings: ApiSettings & LifecycleSettings & { dataDir: string },
  cluster: string,
): ControllerConfig {
  const { host, port, publicUrl, database, dataDir } = settings;
  return {
    host,
    port,
    cluster,
    dataDir,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(database === undefined ? {} : { database }),
    ...toAccess(settings),
    ...apiLimitsOf(settings),
    ...toLifecycle(settings),
  };
}
