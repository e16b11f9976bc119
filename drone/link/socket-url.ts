import { SOCKET_PATHS } from "../../src/protocol/handshake.ts";

/** Where a drone dials, from the address of the controller's API. */
export function socketUrl(controllerUrl: string): string {
  const url = new URL(controllerUrl);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.pathname = url.pathname.replace(/\/$/, "") + SOCKET_PATHS.drone;
  return url.href;
}
