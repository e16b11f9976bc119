import { join } from "node:path";
import {
  CONTROLLERS,
  type Controller,
  DRONES,
  type Drone,
  PROXIES,
  type Proxy as ProxyName,
} from "../fault.ts";

/** Where each part listens. The harness has a loopback of its own, so any port will do. */
export const CLUSTER = "localhost:9090";
export const PROXY_PORT = 9_090;

export const controllerPort = (name: Controller) => 8_001 + CONTROLLERS.indexOf(name);
export const droneLinkPort = (name: Drone) => 8_101 + DRONES.indexOf(name);
export const proxyLinkPort = (name: ProxyName) => 8_201 + PROXIES.indexOf(name);
export const databaseLinkPort = (name: Controller) => 8_301 + CONTROLLERS.indexOf(name);
export const proxyHost = (name: ProxyName) => `127.0.0.${2 + PROXIES.indexOf(name)}`;
export const controllerUrl = (name: Controller) => `http://127.0.0.1:${controllerPort(name)}`;

export function keyFile(dir: string, controller: Controller, scope: string): string {
  return join(dir, controller, "keys", `${scope}.key`);
}
