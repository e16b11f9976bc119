import type { Command } from "commander";
import type { ControllerConfig } from "../../../controller/config.ts";
import type { Context } from "../context.ts";
import { dataDirSetting } from "../settings/data-dir.ts";
import { addLogSettings, type LogSettings } from "../settings/log-settings.ts";
import { parseClusterName } from "../settings/parse-cluster-name.ts";
import { parseHttpUrl } from "../settings/parse-http-url.ts";
import { parseListenPort } from "../settings/parse-number.ts";
import { setting } from "../settings/setting.ts";
import { examples } from "./examples.ts";

interface ControllerOptions extends LogSettings {
  host: string;
  port: number;
  publicUrl?: string;
  cluster: string;
  dataDir: string;
}

export function addController(program: Command, context: Context): void {
  const command = program
    .command("controller")
    .summary("start a controller: it decides, and serves the API")
    .description(
      "Start a controller: the database, the API, and the sockets that drones and proxies dial.",
    )
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
    .addOption(
      setting("--cluster <name>", "of spawns that name none")
        .default("localhost:9090")
        .argParser(parseClusterName),
    )
    .addOption(dataDirSetting("the database and the keys"));
  addLogSettings(command)
    .addHelpText(
      "after",
      examples([
        "hangar controller --host 0.0.0.0 --cluster sessions.example.com",
        "Serve other machines.",
      ]),
    )
    .action(async (options: ControllerOptions) => {
      const { serve } = await import("../serve/serve.ts");
      const { startController } = await import("../../../controller/index.ts");
      await serve(context, options, (deps) => startController(deps, toControllerConfig(options)));
    });
}

function toControllerConfig(options: Omit<ControllerOptions, keyof LogSettings>): ControllerConfig {
  const { host, port, publicUrl, cluster, dataDir } = options;
  return { host, port, cluster, dataDir, ...(publicUrl === undefined ? {} : { publicUrl }) };
}
