import type { ControllerConfig } from "../../../controller/config.ts";
import type { DroneConfig, RuntimeConfig } from "../../../drone/config.ts";
import type { ProxyConfig } from "../../../proxy/config.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { type ApiSettings, toControllerConfig } from "../settings/api-settings.ts";
import type { LifecycleSettings } from "../settings/lifecycle-settings.ts";
import type { MetricsSettings } from "../settings/metrics-settings.ts";
import { type ProxySettings, proxyConfigOf } from "../settings/proxy-settings.ts";
import type { RuntimeSettings } from "../settings/runtime-settings.ts";
import { type TlsSettings, wantsTls } from "../settings/tls-settings.ts";
import { type TracingSettings, tracingOf } from "../settings/tracing-settings.ts";

export interface UpSettings
  extends ApiSettings,
    LifecycleSettings,
    RuntimeSettings,
    ProxySettings,
    MetricsSettings,
    TlsSettings,
    TracingSettings {
  proxyHost: string;
  proxyPort: number;
  cluster?: string;
  name: string;
  dataDir: string;
}

/** What a running controller tells the two that join it. */
interface Joined {
  url: string;
  keys: { drone: string; proxy: string };
}

/** The cluster's name holds the proxy's port, so the port must be known beforehand. */
export function upCluster(settings: UpSettings): string {
  const { cluster, proxyPort } = settings;
  if (cluster !== undefined) return cluster;
  if (proxyPort !== 0) return `${wantsTls(settings) ? "https://" : ""}localhost:${proxyPort}`;
  throw new CliError("--proxy-port 0 leaves the cluster without a name.", {
    exitCode: EXIT.usage,
    hints: ["Choose a port, or name the cluster with --cluster or HANGAR_CLUSTER."],
  });
}

export function upControllerConfig(settings: UpSettings): ControllerConfig {
  return { ...toControllerConfig(settings, upCluster(settings)), ...tracingOf(settings) };
}

export function upDroneConfig(
  settings: UpSettings,
  runtime: RuntimeConfig,
  { url, keys }: Joined,
): DroneConfig {
  const { name, pool, dataDir, maxBackends } = settings;
  return {
    controllerUrl: url,
    key: keys.drone,
    name,
    cluster: upCluster(settings),
    pool,
    dataDir,
    runtime,
    ...(maxBackends === undefined ? {} : { maxBackends }),
  };
}

export function upProxyConfig(settings: UpSettings, { url, keys }: Joined): ProxyConfig {
  const { name, proxyHost, proxyPort } = settings;
  return {
    controllerUrl: url,
    key: keys.proxy,
    name: name
      .replace(/^(dr-)?/, "px-")
      .slice(0, 45)
      .replace(/-+$/, ""),
    cluster: upCluster(settings),
    host: proxyHost,
    port: proxyPort,
    localDrone: name,
    ...proxyConfigOf(settings),
    ...tracingOf(settings),
  };
}
