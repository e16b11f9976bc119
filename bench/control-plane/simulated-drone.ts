import { uptime } from "node:os";
import { WebSocket } from "ws";
import type { BackendState } from "../../src/protocol/backend-state.ts";
import type { ControllerToDrone, DroneToController } from "../../src/protocol/drone-messages.ts";
import { PROTOCOL_VERSION, socketUrl } from "../../src/protocol/handshake.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { SOCKET_PING_INTERVAL_MS } from "../../src/protocol/timings.ts";
import { CLUSTER, IMAGE } from "./names.ts";

/** What a container takes between two states here. Real ones take ten times as long, at no cost to the controller. */
const STEP_MS = 20;

export interface SimulatedDroneOptions {
  url: string;
  key: string;
  name: string;
  backendIds: readonly BackendId[];
  /** A new backend's ready state has been acknowledged. */
  onReady(): void;
}

/** Speaks the drone's protocol over a real socket, and runs nothing: each spawn is ready after two steps. */
export class SimulatedDrone {
  readonly #options: SimulatedDroneOptions;
  readonly #socket: WebSocket;
  readonly #backendIds: Set<BackendId>;
  readonly #spawning = new Map<string, BackendId>();
  readonly #readyReports = new Set<number>();
  #lastReportId = 0;
  #lastRequestId = 0;
  #heartbeat: DroneToController & { type: "heartbeat" };
  #attached: () => void = () => undefined;

  /** Resolves once the drone holds its lease. */
  static async attach(options: SimulatedDroneOptions): Promise<SimulatedDrone> {
    const drone = new SimulatedDrone(options);
    await new Promise<void>((resolve) => {
      drone.#attached = resolve;
    });
    return drone;
  }

  private constructor(options: SimulatedDroneOptions) {
    this.#options = options;
    this.#backendIds = new Set(options.backendIds);
    this.#heartbeat = heartbeat();
    this.#socket = new WebSocket(socketUrl(options.url, "drone"), {
      headers: { authorization: `Bearer ${options.key}` },
    });
    this.#socket.on("open", () => this.#sayHello());
    this.#socket.on("message", (data) => this.#receive(JSON.parse(String(data))));
    this.#socket.on("close", (code, reason) => {
      throw new Error(`the controller hung up on ${options.name}: ${code} ${reason}`);
    });
  }

  sendHeartbeat(): void {
    this.#heartbeat.time.ms = Math.round(uptime() * 1_000);
    this.#heartbeat.health.load_average = Math.random();
    this.#send(this.#heartbeat);
  }

  #sayHello(): void {
    this.#send({
      type: "hello",
      protocol_version: PROTOCOL_VERSION,
      version: "0.0.0-bench",
      drone: this.#options.name,
      identity: `bench-${this.#options.name}`,
      cluster: CLUSTER,
      pool: "",
      runtime: "docker",
    });
  }

  #receive(message: ControllerToDrone): void {
    switch (message.type) {
      case "welcome":
        this.#begin(message.heartbeat_interval_ms);
        break;
      case "lease":
        this.#keepLease(message);
        break;
      case "action":
        this.#take(message);
        break;
      case "action-confirmed":
        this.#run(message.action_id);
        break;
      case "report-ack":
        if (this.#readyReports.delete(message.report_id)) this.#options.onReady();
        break;
      case "disown":
        throw new Error(`${this.#options.name} was told to end ${message.backend_ids.length}`);
      case "stream-open":
      case "stream-credit":
      case "stream-close":
      case "stream-ack":
        break;
      default:
        message satisfies never;
    }
  }

  #begin(heartbeatIntervalMs: number): void {
    this.sendHeartbeat();
    this.#requestLease();
    this.#send({ type: "inventory", backend_ids: [...this.#backendIds] });
    // Drones that have run for a while are not in step with each other.
    setTimeout(
      () => setInterval(() => this.sendHeartbeat(), heartbeatIntervalMs),
      Math.random() * heartbeatIntervalMs,
    );
    setTimeout(
      () => setInterval(() => this.#socket.ping(), SOCKET_PING_INTERVAL_MS),
      Math.random() * SOCKET_PING_INTERVAL_MS,
    );
  }

  #requestLease(): void {
    this.#lastRequestId += 1;
    const request_id = this.#lastRequestId;
    this.#send({ type: "lease-request", request_id, backend_ids: [...this.#backendIds] });
  }

  #keepLease({ request_id, renew_ms, refused }: ControllerToDrone & { type: "lease" }): void {
    if (refused.length > 0) throw new Error(`${this.#options.name}: ${refused.length} refused`);
    const first = request_id === 1;
    setTimeout(() => this.#requestLease(), first ? Math.random() * renew_ms : renew_ms);
    if (first) this.#attached();
  }

  #take({ action_id, action }: ControllerToDrone & { type: "action" }): void {
    if (action.type !== "spawn") return;
    const { backend_id } = action.spec;
    this.#send({ type: "action-ack", action_id });
    if (this.#backendIds.has(backend_id)) return;
    this.#backendIds.add(backend_id);
    this.#spawning.set(action_id, backend_id);
    this.#report(backend_id, { status: "loading" });
  }

  #run(actionId: string): void {
    const id = this.#spawning.get(actionId);
    if (id === undefined || !this.#spawning.delete(actionId)) return;
    const address = { host: "10.1.2.3", port: 32_768 + (this.#lastReportId % 28_000) };
    this.#report(id, { status: "starting", pull_ms: 1.2 });
    setTimeout(() => {
      this.#report(id, { status: "waiting", address, create_ms: 7.1, start_ms: 180.4 });
      setTimeout(() => {
        const state = { status: "ready", address, first_answer_ms: 35.2 } as const;
        this.#readyReports.add(this.#report(id, state));
      }, STEP_MS);
    }, STEP_MS);
  }

  #report(backend_id: BackendId, state: BackendState): number {
    this.#lastReportId += 1;
    const report_id = this.#lastReportId;
    this.#send({ type: "report", report_id, backend_id, state, age_ms: 0.3 });
    return report_id;
  }

  #send(message: DroneToController): void {
    this.#socket.send(JSON.stringify(message));
  }
}

/** A machine with so much room that placement refuses nothing, and twenty images. */
function heartbeat(): DroneToController & { type: "heartbeat" } {
  const images = Array.from(
    { length: 19 },
    (_, index) => `registry.example.com/team-${index % 4}/service-${index}:1.${index}.0`,
  );
  return {
    type: "heartbeat",
    time: { clock: "9f0c2d1e-5a34-4f6b-8c1d-2b7e6a9d0c11", ms: 0 },
    health: {
      runtime: { name: "docker", ok: true, version: "28.1.1" },
      backends: { ready: 100, loading: 1 },
      cpus: 100_000,
      load_average: 1.5,
      memory_total_bytes: 1e15,
      memory_available_bytes: 1e15,
      disk_total_bytes: 1e12,
      disk_available_bytes: 5e11,
      images: [IMAGE, ...images],
    },
  };
}
