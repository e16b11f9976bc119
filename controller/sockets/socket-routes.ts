import type { WebSocket } from "ws";
import { SOCKET_PATHS } from "../../src/protocol/handshake.ts";
import type { Authorize } from "../http/authorize.ts";
import type { Api } from "../http/http-api.ts";

export interface SocketRoutesDeps {
  authorize: Authorize;
  drones: { accept(socket: WebSocket): void };
  proxies: { accept(socket: WebSocket): void };
}

/** Refused before the upgrade, with the same errors as any other route. */
export function socketRoutes(api: Api, { authorize, drones, proxies }: SocketRoutesDeps): void {
  const peers = [
    { scope: "drone", path: SOCKET_PATHS.drone, sockets: drones },
    { scope: "proxy", path: SOCKET_PATHS.proxy, sockets: proxies },
  ] as const;
  for (const { scope, path, sockets } of peers) {
    api.get(
      path,
      {
        websocket: true,
        schema: { hide: true },
        onRequest: async (request) => void (await authorize(request.headers.authorization, scope)),
      },
      (socket) => sockets.accept(socket),
    );
  }
}
