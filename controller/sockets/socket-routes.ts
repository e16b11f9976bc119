import { SOCKET_PATHS } from "../../src/protocol/handshake.ts";
import type { Authorize } from "../http/authorize.ts";
import type { Api } from "../http/http-api.ts";
import type { DroneSockets } from "./drone-sockets.ts";
import type { ProxySockets } from "./proxy-sockets.ts";

export interface SocketRoutesDeps {
  authorize: Authorize;
  drones: DroneSockets;
  proxies: ProxySockets;
}

/** Refused before the upgrade, with the same errors as any other route. */
export function socketRoutes(api: Api, { authorize, drones, proxies }: SocketRoutesDeps): void {
  const peers = [
    { scope: "drone", path: SOCKET_PATHS.drone, accept: drones.accept.bind(drones) },
    { scope: "proxy", path: SOCKET_PATHS.proxy, accept: proxies.accept.bind(proxies) },
  ] as const;
  for (const { scope, path, accept } of peers) {
    api.get(
      path,
      {
        websocket: true,
        schema: { hide: true },
        onRequest: async (request) => void (await authorize(request.headers.authorization, scope)),
      },
      (socket) => accept(socket),
    );
  }
}
