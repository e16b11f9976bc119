import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { BackendState } from "../../src/protocol/backend-state.ts";
import {
  type Action,
  type ControllerToDrone,
  DroneToController,
} from "../../src/protocol/drone-messages.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import { type BackendId, newActionId } from "../../src/protocol/ids.ts";
import { validatorOf } from "../../src/protocol/validate.ts";

type MessageOf<T extends DroneToController["type"]> = Extract<DroneToController, { type: T }>;
type ReportOf<S extends BackendState["status"]> = Extract<BackendState, { status: S }>;

const inbound = validatorOf(DroneToController);

/** The controller's end of the socket, said by a test; what the drone says is checked and kept. */
export class ScriptedController implements AsyncDisposable {
  readonly received: DroneToController[] = [];
  readonly requests: { path: string | undefined; authorization: string | undefined }[] = [];
  acknowledgesReports = true;
  heartbeatIntervalMs = 7_000;
  readonly #server: WebSocketServer;
  #drone: WebSocket | undefined;

  static async listen(): Promise<ScriptedController> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    return new ScriptedController(server);
  }

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on("connection", (socket, { url, headers }) => {
      this.requests.push({ path: url, authorization: headers.authorization });
      this.#drone = socket;
      socket.on("message", (data) => this.#receive(JSON.parse(String(data))));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  send(message: ControllerToDrone): void {
    this.#drone?.send(JSON.stringify(message));
  }

  act(action: Action, action_id = newActionId()): void {
    this.send({ type: "action", action_id, action });
  }

  acknowledge(report_id: number): void {
    this.send({ type: "report-ack", report_id });
  }

  hangUp(): void {
    this.#drone?.terminate();
  }

  all<T extends DroneToController["type"]>(type: T): MessageOf<T>[] {
    return this.received.filter((message): message is MessageOf<T> => message.type === type);
  }

  /** What was reported of a backend, each state once, in the order in which it came. */
  states(id: BackendId): BackendState[] {
    const reports = this.all("report").filter(({ backend_id }) => backend_id === id);
    const byId = new Map(reports.map((report) => [report.report_id, report.state]));
    return [...byId.values()];
  }

  state<S extends BackendState["status"]>(id: BackendId, status: S): ReportOf<S> | undefined {
    return this.states(id).find((state): state is ReportOf<S> => state.status === status);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    await once(this.#server, "close");
  }

  #receive(message: unknown): void {
    if (!inbound.accepts(message)) throw new Error(inbound.explain(message));
    this.received.push(message);
    if (message.type === "hello") {
      this.send({
        type: "welcome",
        protocol_version: PROTOCOL_VERSION,
        controller: "co-scripted",
        heartbeat_interval_ms: this.heartbeatIntervalMs,
      });
    }
    if (message.type === "report" && this.acknowledgesReports) this.acknowledge(message.report_id);
  }
}
