import { hostname } from "node:os";
import type { Command } from "commander";
import type { DroneConfig } from "../../../drone/config.ts";
import type { Context } from "../context.ts";
import { addJoinSettings, type JoinSettings, readJoinKey } from "../settings/join-settings.ts";
import { addLogSettings, type LogSettings } from "../settings/log-settings.ts";
import {
  addMetricsSettings,
  figuresOf,
  type MetricsSettings,
} from "../settings/metrics-settings.ts";
import { defaultNodeName, parseNodeName } from "../settings/node-name.ts";
import { parseClusterName } from "../settings/parse-cluster-name.ts";
import {
  addRuntimeSettings,
  type RuntimeSettings,
  toRuntimeConfig,
} from "../settings/runtime-settings.ts";
import { setting } from "../settings/setting.ts";
import { examples } from "./examples.ts";

interface DroneOptions extends JoinSettings, RuntimeSettings, LogSettings, MetricsSettings {
  name: string;
  cluster: string;
  guard: "own" | "external";
}

export function addDrone(program: Command, context: Context): void {
  const command = program
    .command("drone")
    .summary("start a drone: it runs backends on this machine")
    .description(
      "Start a drone: it dials the controller and runs backends on this machine. Backends outlive it as long as their lease lasts.",
    )
    .addOption(
      setting("--name <name>", "told apart by it; must stay the same")
        .default(defaultNodeName("dr", hostname()))
        .argParser(parseNodeName),
    )
    .addOption(
      setting("--cluster <name>", "the cluster it serves")
        .default("localhost:9090")
        .argParser(parseClusterName),
    );
  addJoinSettings(command, "drone");
  addRuntimeSettings(command)
    .optionsGroup("Leases:")
    .addOption(
      setting("--guard <whose>", "who ends backends that outlive a dead drone's lease")
        .choices(["own", "external"])
        .default("own"),
    );
  addMetricsSettings(command.optionsGroup("Metrics:"), "the drone does");
  addLogSettings(command)
    .addHelpText(
      "after",
      examples(
        [
          "hangar drone --controller http://controller:8080 --key-file drone.key --cluster sessions.example.com:9090 --advertise 10.0.0.7",
          "Run backends for proxies on other machines.",
        ],
        ["hangar drone --runtime process --apps-dir ./apps", "Without Docker."],
      ),
    )
    .action(async (options: DroneOptions) => {
      const config = toDroneConfig(options, await readJoinKey(options, "drone"));
      const { serve } = await import("../serve/serve.ts");
      const { startDrone } = await import("../../../drone/index.ts");
      await serve(context, options, (deps) => startDrone(deps, config));
    });
}

function toDroneConfig(options: DroneOptions, key: string): DroneConfig {
  const { name, cluster, pool, dataDir, maxBackends, guard } = options;
  return {
    controllerUrl: options.controller,
    key,
    name,
    cluster,
    pool,
    dataDir,
    runtime: toRuntimeConfig(options),
    guard,
    ...figuresOf(options),
    ...(maxBackends === undefined ? {} : { maxBackends }),
  };
}
