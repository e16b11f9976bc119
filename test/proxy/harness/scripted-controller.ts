import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { PROTOCOL_VERSION, SOCKET_PATHS } from "../../../src/protocol/handshake.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { ProxyLoad } from "../../../src/protocol/proxy.ts";
import {
  type ControllerToProxy,
  ProxyToController,
  type Route,
  type RouteResult,
} from "../../../src/protocol/proxy-messages.ts";
import { validatorOf } from "../../../src/protocol/validate.ts";

type RouteRequest = Extract<ProxyToController, { type: "route-request" }>;
type ActivityReport = Extract<ProxyToController, { type: "activity" }>["backends"][number];

const fromProxy = validatorOf(ProxyToController);

/** The controller's end of a proxy's socket, on a real port, answering as a test tells it to. */
export class ScriptedController implements AsyncDisposable {
  readonly asked: RouteRequest[] = [];
  readonly activity: ActivityReport[] = [];
  readonly batches: ActivityReport[][] = [];
  readonly loads: ProxyLoad[] = [];
  readonly problems: string[] = [];
  /** What a question is answered with; undefined for silence. */
  answer: (query: RouteRequest) => RouteResult | undefined = () => NOT_FOUND;
  connections = 0;
  readonly #http = createServer();
  readonly #server = new WebSocketServer({ server: this.#http, path: SOCKET_PATHS.proxy });
  #port = 0;

  static async start(): Promise<ScriptedController> {
    const controller = new ScriptedController();
    await controller.listen();
    return controller;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, again after `lose()`: on the same port. */
  async listen(): Promise<void> {
    this.#server.removeAllListeners("connection");
    this.#server.on("connection", (socket) => this.#speak(socket));
    this.#http.listen(this.#port, "127.0.0.1");
    await once(this.#http, "listening");
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  /** Is gone, as a killed process is. */
  async lose(): Promise<void> {
    const closed = once(this.#http, "close");
    this.#http.close();
    for (const socket of this.#server.clients) socket.terminate();
    this.#http.closeAllConnections();
    await closed;
  }

  push(message: ControllerToProxy): void {
    for (const socket of this.#server.clients) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#http.listening) await this.lose();
    this.#server.close();
  }

  #speak(socket: WebSocket): void {
    socket.on("error", () => undefined);
    socket.on("message", (data) => {
      const message: unknown = JSON.parse(String(data));
      if (fromProxy.accepts(message)) this.#receive(socket, message);
      else this.problems.push(fromProxy.explain(message));
    });
  }

  #receive(socket: WebSocket, message: ProxyToController): void {
    const send = (reply: ControllerToProxy) => socket.send(JSON.stringify(reply));
    switch (message.type) {
      case "hello":
        this.connections += 1;
        send({ type: "welcome", protocol_version: PROTOCOL_VERSION, controller: "co-test" });
        break;
      case "route-request": {
        this.asked.push(message);
        const result = this.answer(message);
        const { request_id } = message;
        if (result !== undefined) send({ type: "route-response", request_id, result });
        break;
      }
      case "activity":
        this.batches.push(message.backends);
        if (message.load !== undefined) this.loads.push(message.load);
        this.activity.push(...message.backends);
        break;
      default:
        message satisfies never;
    }
  }
}

export const NOT_FOUND: RouteResult = {
  kind: "refused",
  code: "not-found",
  message: "no backend has ever had this host",
};

export const BACKEND = "abcdefghijklmn" as BackendId;
export const OTHER_BACKEND = "zyxwvutsrqponm" as BackendId;
export const TOKEN = `hct_${"T".repeat(40)}`;
export const TOKEN_ID = `tk_${"7".repeat(24)}`;
export const OTHER_TOKEN = `hct_${"U".repeat(40)}`;
export const STATIC_TOKEN = `hst_${"S".repeat(40)}`;

export function routeTo(port: number, changes: Partial<Route> = {}): RouteResult {
  return {
    kind: "route",
    route: {
      backend_id: BACKEND,
      cluster: "localhost:9090",
      drone: "dr-test",
      status: "ready",
      address: { host: "127.0.0.1", port },
      access: {
        kind: "connection",
        token_id: TOKEN_ID,
        generation: 3,
        expires_in_ms: 3_600_000,
        user: "ada",
        auth: { role: "editor" },
        secret: "hsec_secret",
      },
      ...changes,
    },
  };
}
