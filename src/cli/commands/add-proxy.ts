import { hostname } from "node:os";
import type { Command } from "commander";
import type { ProxyConfig } from "../../../proxy/config.ts";
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
import { integerWithin, parseListenPort } from "../settings/parse-number.ts";
import { addProxySettings, type ProxySettings, proxyConfigOf } from "../settings/proxy-settings.ts";
import { setting } from "../settings/setting.ts";
import { addTlsSettings, type TlsSettings, toTlsSettings } from "../settings/tls-settings.ts";
import {
  addTracingSettings,
  type TracingSettings,
  tracingOf,
} from "../settings/tracing-settings.ts";
import { examples } from "./examples.ts";

interface ProxyOptions
  extends JoinSettings,
    LogSettings,
    MetricsSettings,
    ProxySettings,
    TlsSettings,
    TracingSettings {
  name: string;
  cluster: string;
  host: string;
  port: number;
  localDrone?: string;
  workers: number;
}

export function addProxy(program: Command, context: Context): void {
  const command = program
    .command("proxy")
    .summary("start a proxy: it brings browsers to backends")
    .description("Start a proxy: it dials the controller and brings browsers to backends.")
    .addOption(
      setting("--name <name>", "told apart by it; must stay the same")
        .default(defaultNodeName("px", hostname()))
        .argParser(parseNodeName),
    )
    .addOption(
      setting("--cluster <name>", "the cluster it serves")
        .default("localhost:9090")
        .argParser(parseClusterName),
    )
    .addOption(setting("--host <address>", "where it listens").default("127.0.0.1"))
    .addOption(
      setting("--port <port>", "where it listens").default(9090).argParser(parseListenPort),
    )
    .addOption(
      setting(
        "--local-drone <name>",
        "the drone of this machine; its backends are dialled directly",
      ).argParser(parseNodeName),
    )
    .addOption(
      setting(
        "--workers <count>",
        "processes that serve its port, as one proxy; with 2 or more, SIGUSR2 puts new ones in their places, one by one",
      )
        .default(1)
        .argParser(integerWithin(1, 64)),
    );
  addProxySettings(command);
  addMetricsSettings(command, "the proxy does");
  addTlsSettings(command);
  addJoinSettings(command, "proxy");
  addTracingSettings(command);
  addLogSettings(command)
    .addHelpText(
      "after",
      examples(
        [
          "hangar proxy --controller http://controller:8080 --key-file proxy.key --cluster sessions.example.com:9090 --host 0.0.0.0",
          "Serve browsers on every address of this machine.",
        ],
        [
          "hangar proxy --cluster sessions.example.com --host 0.0.0.0 --port 443 --http-redirect 80 --acme-directory letsencrypt --acme-email ops@example.com",
          "By HTTPS, with a certificate that `hangar dns` helps to get.",
        ],
      ),
    )
    .action((options: ProxyOptions) => runProxy(context, options));
}

async function runProxy(context: Context, options: ProxyOptions): Promise<void> {
  const tls = await toTlsSettings(options);
  const key = await readJoinKey(options, "proxy");
  const config = { ...toProxyConfig(options, key), ...tls };
  const { serve } = await import("../serve/serve.ts");
  const { ignoreRestarts, runWorkers } = await import("../serve/run-workers.ts");
  if (options.workers > 1) {
    await serve(context, options, (deps) => runWorkers(deps, config, options.workers));
    return;
  }
  const { startProxy } = await import("../../../proxy/index.ts");
  await serve(context, options, (deps) => {
    ignoreRestarts(deps);
    return startProxy(deps, config);
  });
}

function toProxyConfig(options: ProxyOptions, key: string): ProxyConfig {
  const { name, cluster, host, port, localDrone } = options;
  return {
    controllerUrl: options.controller,
    key,
    name,
    cluster,
    host,
    port,
    ...proxyConfigOf(options),
    ...figuresOf(options),
    ...tracingOf(options),
    ...(localDrone === undefined ? {} : { localDrone }),
  };
}
