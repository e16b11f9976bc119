import { hostname } from "node:os";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { UpSettings } from "../serve/up-configs.ts";
import { addApiSettings } from "../settings/api-settings.ts";
import { dataDirSetting } from "../settings/data-dir.ts";
import { addLifecycleSettings } from "../settings/lifecycle-settings.ts";
import { addLogSettings, type LogSettings } from "../settings/log-settings.ts";
import { addMetricsSettings } from "../settings/metrics-settings.ts";
import { defaultNodeName, parseNodeName } from "../settings/node-name.ts";
import { parseClusterName } from "../settings/parse-cluster-name.ts";
import { parseListenPort } from "../settings/parse-number.ts";
import { addProxySettings } from "../settings/proxy-settings.ts";
import { addRuntimeSettings } from "../settings/runtime-settings.ts";
import { setting } from "../settings/setting.ts";
import { addTlsSettings } from "../settings/tls-settings.ts";
import { addTracingSettings } from "../settings/tracing-settings.ts";
import { examples } from "./examples.ts";

export function addUp(program: Command, context: Context): void {
  const command = program
    .command("up")
    .summary("start everything on this machine, in one process")
    .description(
      "Start a controller, a drone and a proxy in one process. Backends outlive it as long as their lease lasts: a `hangar up` before that takes them back.",
    );
  addApiSettings(command)
    .addOption(setting("--proxy-host <address>", "where the proxy listens").default("127.0.0.1"))
    .addOption(
      setting("--proxy-port <port>", "where the proxy listens")
        .default(9090)
        .argParser(parseListenPort),
    )
    .addOption(
      setting(
        "--cluster <name>",
        "the host of the sessions; default: localhost:<proxy port>",
      ).argParser(parseClusterName),
    )
    .addOption(
      setting("--name <name>", "of the drone")
        .default(defaultNodeName("dr", hostname()))
        .argParser(parseNodeName),
    )
    .addOption(dataDirSetting("the database, the keys and the drone's journal"));
  addProxySettings(command);
  addMetricsSettings(
    command,
    "controller, drone and proxy do",
    "only the API's own /metrics does, to who has a key",
  );
  addLifecycleSettings(command);
  addTlsSettings(command);
  addRuntimeSettings(command);
  addTracingSettings(command);
  addLogSettings(command)
    .addHelpText(
      "after",
      examples(
        ["hangar up", "Start; then, in another terminal: hangar connect --image IMG --wait"],
        ["hangar up --runtime process --apps-dir ./apps", "Without Docker."],
      ),
    )
    .action(async (options: UpSettings & LogSettings) => {
      const { runUp } = await import("../serve/run-up.ts");
      await runUp(context, options);
    });
}
