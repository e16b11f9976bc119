import type { Command } from "commander";
import type { Context } from "../context.ts";
import { type ApiSettings, addApiSettings, toControllerConfig } from "../settings/api-settings.ts";
import { dataDirSetting } from "../settings/data-dir.ts";
import { addLifecycleSettings, type LifecycleSettings } from "../settings/lifecycle-settings.ts";
import { addLogSettings, type LogSettings } from "../settings/log-settings.ts";
import {
  addMetricsSettings,
  figuresOf,
  type MetricsSettings,
} from "../settings/metrics-settings.ts";
import { parseClusterName } from "../settings/parse-cluster-name.ts";
import { setting } from "../settings/setting.ts";
import {
  addTracingSettings,
  type TracingSettings,
  tracingOf,
} from "../settings/tracing-settings.ts";
import { examples } from "./examples.ts";

interface ControllerOptions
  extends TracingSettings,
    ApiSettings,
    LifecycleSettings,
    LogSettings,
    MetricsSettings {
  cluster: string;
  dataDir: string;
}

export function addController(program: Command, context: Context): void {
  const command = program
    .command("controller")
    .summary("start a controller: it decides, and serves the API")
    .description(
      "Start a controller: the database, the API, and the sockets that drones and proxies dial.",
    );
  addApiSettings(command)
    .addOption(
      setting("--cluster <name>", "of spawns that name none")
        .default("localhost:9090")
        .argParser(parseClusterName),
    )
    .addOption(dataDirSetting("the database and the keys"));
  addLifecycleSettings(command);
  addMetricsSettings(
    command.optionsGroup("Metrics:"),
    "the controller does",
    "only the API's own /metrics does, to who has a key",
  );
  addTracingSettings(command);
  addLogSettings(command)
    .addHelpText(
      "after",
      examples([
        "hangar controller --host 0.0.0.0 --cluster sessions.example.com:9090",
        "Serve other machines.",
      ]),
    )
    .action(async (options: ControllerOptions) => {
      const { serve } = await import("../serve/serve.ts");
      const { startController } = await import("../../../controller/index.ts");
      await serve(context, options, (deps) =>
        startController(deps, {
          ...toControllerConfig(options, options.cluster),
          ...figuresOf(options),
          ...tracingOf(options),
        }),
      );
    });
}
