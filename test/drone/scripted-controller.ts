import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { BackendState } from "../../src/protocol/backend-state.ts";
import {
  type Action,
  type BackendSpec,
  type ControllerToDrone,
  type DroneTime,
  DroneToController,
} from "../../src/protocol/drone-messages.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import type { ActionId, BackendId } from "../../src/protocol/ids.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { newActionId } from "./spec-of.ts";

type MessageOf<T extends DroneToController["type"]> = Extract<DroneToController, { type: T }>;
type ReportOf<S extends BackendState["status"]> = Extract<BackendState, { status: S }>;

const inbound = validatorOf(DroneToController);

const HOUR_MS = 3_600_000;

/** The controller's end of the socket, said by a test; what the drone says is checked and kept. */
export class ScriptedController implements AsyncDisposable {
  readonly received: DroneToController[] = [];
  readonly requests: { path: string | undefined; authorization: string | undefined }[] = [];
  acknowledgesReports = true;
  heartbeatIntervalMs = 7_000;
  grantsLeases = true;
  /** So long that a test which does not care never sees one end. */
  lease = { renew_ms: HOUR_MS, soft_ms: 2 * HOUR_MS, hard_ms: 3 * HOUR_MS };
  readonly refusesLease = new Set<BackendId>();
  confirmsActions = true;
  /** The drone's own clock; until it is told, as the last heartbeat had it. */
  droneTime = () => this.#timeHeard();
  readonly #server: WebSocketServer;
  readonly #unanswered = new Map<ActionId, ControllerToDrone>();
  #drone: WebSocket | undefined;
  #sendsAgain = false;

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

  /** Sent again on each new connection until it is answered. */
  act(action: Action, action_id = newActionId()): ActionId {
    const message = { type: "action", action_id, action } as const;
    this.#unanswered.set(action_id, message);
    this.send(message);
    return action_id;
  }

  spawn(spec: BackendSpec, beginBy: DroneTime = this.beginBy(HOUR_MS), id?: ActionId): ActionId {
    return this.act({ type: "spawn", spec, begin_by: beginBy }, id);
  }

  beginBy(withinMs: number): DroneTime {
    const { clock, ms } = this.droneTime();
    return { clock, ms: ms + withinMs };
  }

  confirm(action_id: ActionId): void {
    this.send({ type: "action-confirmed", action_id });
  }

  grant({ request_id }: MessageOf<"lease-request">, lease = this.lease): void {
    this.send({ type: "lease", request_id, ...lease, refused: [...this.refusesLease] });
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
    switch (message.type) {
      case "hello":
        this.#welcome();
        break;
      case "lease-request":
        if (this.grantsLeases) this.grant(message);
        this.#sendAgain();
        break;
      case "action-ack":
        this.#unanswered.delete(message.action_id);
        if (this.confirmsActions) this.confirm(message.action_id);
        break;
      case "action-refused":
        this.#unanswered.delete(message.action_id);
        break;
      case "report":
        if (this.acknowledgesReports) this.acknowledge(message.report_id);
        break;
    }
  }

  #welcome(): void {
    this.send({
      type: "welcome",
      protocol_version: PROTOCOL_VERSION,
      controller: "co-scripted",
      heartbeat_interval_ms: this.heartbeatIntervalMs,
    });
    this.#sendsAgain = true;
  }

  #sendAgain(): void {
    if (!this.#sendsAgain) return;
    this.#sendsAgain = false;
    for (const message of this.#unanswered.values()) this.send(message);
  }

  #timeHeard(): DroneTime {
    const beat = this.all("heartbeat").at(-1);
    if (beat === undefined) throw new Error("no heartbeat has told the drone's time yet");
    return beat.time;
  }
}
