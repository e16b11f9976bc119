import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type {
  ControllerToProxy,
  ProxyToController,
  Route,
} from "../../src/protocol/proxy-messages.ts";
import { BACKEND_ID, CLUSTER } from "./requests.ts";

export interface RouteController extends AsyncDisposable {
  readonly url: string;
}

/** Plays the controller towards Hangar's proxies: every token leads to the one backend. */
export async function startRouteController(backendPort: number): Promise<RouteController> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (socket) => {
    const send = (message: ControllerToProxy) => socket.send(JSON.stringify(message));
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as ProxyToController;
      if (message.type === "hello") {
        send({ type: "welcome", protocol_version: PROTOCOL_VERSION, controller: "co-bench" });
      } else if (message.type === "route-request") {
        const result = { kind: "route", route: routeTo(backendPort) } as const;
        send({ type: "route-response", request_id: message.request_id, result });
      }
    });
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, "close");
    },
  };
}

function routeTo(port: number): Route {
  return {
    backend_id: BACKEND_ID as BackendId,
    cluster: CLUSTER,
    drone: "dr-bench",
    status: "ready",
    address: { host: "127.0.0.1", port },
    access: {
      kind: "connection",
      token_id: `tk_${"0".repeat(24)}`,
      generation: 0,
      expires_in_ms: 3_600_000,
      user: "ada",
      auth: { role: "editor" },
      secret: "hsec_bench",
    },
  };
}
