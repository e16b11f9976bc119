import type { WebSocket } from "ws";
import { CLOSE_CODES, SOCKET_PATHS } from "../../src/protocol/handshake.ts";
import type { KeyRing } from "../access/key-ring.ts";
import { rightsOf } from "../http/guard.ts";
import type { Api } from "../http/http-api.ts";

export interface SocketRoutesDeps {
  ring: Pick<KeyRing, "hold">;
  drones: { accept(socket: WebSocket): void };
  proxies: { accept(socket: WebSocket): void };
}

/** Refused before the upgrade, with the same errors as any other route; closed when its key ends. */
export function socketRoutes(api: Api, { ring, drones, proxies }: SocketRoutesDeps): void {
  const peers = [
    { scope: "drone", path: SOCKET_PATHS.drone, sockets: drones },
    { scope: "proxy", path: SOCKET_PATHS.proxy, sockets: proxies },
  ] as const;
  for (const { scope, path, sockets } of peers) {
    api.get(
      path,
      { websocket: true, config: { scope }, schema: { hide: true } },
      (socket, request) => {
        const closed = "its API key was revoked or has expired";
        const end = () => socket.close(CLOSE_CODES.keyEnded, closed);
        socket.once("close", ring.hold(rightsOf(request), end));
        sockets.accept(socket);
      },
    );
  }
}
