import { join } from "node:path";
import type { Controller, Drone, Proxy as ProxyName } from "../fault.ts";
import type { ChaosOptions } from "../options.ts";
import {
  CLUSTER,
  controllerPort,
  droneLinkPort,
  keyFile,
  PROXY_PORT,
  proxyHost,
  proxyLinkPort,
} from "./places.ts";

const NETWORK = "chaos";

type Site = Pick<ChaosOptions, "command" | "lease"> & { dir: string };

const LOGS = ["--log-level", "debug", "--log-format", "json"];

export function controllerWords({ command, lease, dir }: Site, name: Controller): string[] {
  const { renewMs, softMs, hardMs, expiryMs } = lease;
  const seconds = [renewMs, softMs, hardMs, expiryMs].map((ms) => ms / 1_000);
  return [
    ...[process.execPath, command, "controller", ...LOGS, "--cluster", CLUSTER],
    ...["--port", String(controllerPort(name)), "--data-dir", join(dir, name)],
    ...["--lease", seconds.join(",")],
  ];
}

export function droneWords({ command, dir }: Site, name: Drone): string[] {
  return [
    ...[process.execPath, command, "drone", ...LOGS, "--cluster", CLUSTER, "--name", name],
    ...["--controller", `http://127.0.0.1:${droneLinkPort(name)}`],
    ...["--key-file", keyFile(dir, "controller-a", "drone"), "--data-dir", join(dir, name)],
    ...["--docker-socket", join(dir, `${name}.sock`), "--network", NETWORK],
    ...["--mount-base", join(dir, "mounts")],
  ];
}

export function proxyWords({ command, dir }: Site, name: ProxyName): string[] {
  return [
    ...[process.execPath, command, "proxy", ...LOGS, "--cluster", CLUSTER, "--name", name],
    ...["--controller", `http://127.0.0.1:${proxyLinkPort(name)}`],
    ...["--key-file", keyFile(dir, "controller-a", "proxy"), "--data-dir", join(dir, name)],
    ...["--host", proxyHost(name), "--port", String(PROXY_PORT)],
  ];
}
