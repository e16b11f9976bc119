import type { PullProgress } from "../../src/protocol/backend.ts";
import type { DroneHealth } from "../../src/protocol/drone.ts";
import {
  ControllerToDrone,
  type DroneTime,
  type DroneToController,
} from "../../src/protocol/drone-messages.ts";
import { SOCKET_UPKEEP, socketUrl } from "../../src/protocol/handshake.ts";
import { type BackendId, newIdentity } from "../../src/protocol/ids.ts";
import { RECONNECT_BACKOFF, RESEND_INTERVAL_MS } from "../../src/protocol/timings.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { dial, type Link } from "../../src/shared/dial.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";
import type { Backends } from "../backend/backends.ts";
import type { BeginGate } from "../begin/begin-gate.ts";
import type { DroneConfig } from "../config.ts";
import type { Figures } from "../figures/figures.ts";
import type { Journal } from "../journal/journal.ts";
import type { LeaseKeeper } from "../lease/lease-keeper.ts";
import type { DroneStreams } from "../streams/drone-streams.ts";
import { carryOut } from "./carry-out.ts";
import { Heartbeat } from "./heartbeat.ts";
import { hello } from "./hello.ts";
import { ReportOutbox } from "./report-outbox.ts";

export interface LinkDeps {
  clock: Clock;
  log: Log;
  journal: Journal;
  backends: Pick<Backends, "terminate" | "disown">;
  gate: Pick<BeginGate, "consider" | "confirm" | "look" | "tellAgain" | "acknowledgeAgain">;
  leases: Pick<LeaseKeeper, "welcome" | "answer" | "connectionLost">;
  streams: Pick<DroneStreams, "receive" | "connectionLost">;
  /** Kept with the data dir, so that it outlives the process and the journal. */
  identity: string;
  now(): number;
  health(): Promise<DroneHealth | undefined>;
  figures: Pick<Figures, "welcomes">;
  /** By the drone's own clock. */
  time(): DroneTime;
}

const inbound = validatorOf(ControllerToDrone);

/** The drone's side of the conversation with the controller, over a connection that is kept. */
export class ControllerLink implements AsyncDisposable {
  readonly #deps: LinkDeps;
  readonly #socket: Link<DroneToController>;
  readonly #outbox: ReportOutbox;
  readonly #heartbeat: Heartbeat;
  readonly #resending: AsyncDisposable;
  readonly #incarnation = newIdentity();
  #inventoryIsWhole = false;

  constructor(deps: LinkDeps, config: DroneConfig) {
    this.#deps = deps;
    const send = (message: DroneToController) => this.send(message);
    this.#outbox = new ReportOutbox({ ...deps, send });
    this.#heartbeat = new Heartbeat({ ...deps, send });
    this.#socket = dial(deps, {
      ...SOCKET_UPKEEP,
      url: socketUrl(config.controllerUrl, "drone"),
      bearer: config.key,
      inbound,
      backoff: RECONNECT_BACKOFF,
      hello: () => hello(config, { identity: deps.identity, incarnation: this.#incarnation }),
      onWelcome: (message) => this.#receive(message),
      onMessage: (message) => this.#receive(message),
      onDown: () => {
        this.#heartbeat.end();
        deps.leases.connectionLost();
        deps.streams.connectionLost();
      },
    });
    this.#resending = repeat(deps, "resend", RESEND_INTERVAL_MS, () => {
      this.#outbox.resend();
      deps.gate.acknowledgeAgain();
    });
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  /** False when not connected: what must not be lost is said again by who says it. */
  send(message: DroneToController): boolean {
    return this.#socket.send(message);
  }

  /** New reports are in the journal. */
  sendReports(): void {
    this.#outbox.flush();
  }

  /** Progress is worth nothing later, so it is not kept for a connection that is not there. */
  sendProgress(backend_id: BackendId, progress: PullProgress): void {
    this.send({ type: "progress", backend_id, progress });
  }

  sendHeartbeat(): void {
    this.#heartbeat.beatNow();
  }

  /**
   * The journal knows of every instance. An inventory from before that moment could leave out backends
   * that live, and the controller would take them for lost.
   */
  sendInventory(): void {
    this.#inventoryIsWhole = true;
    this.send({ type: "inventory", backend_ids: this.#deps.journal.inventory() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resending[Symbol.asyncDispose]();
    await this.#heartbeat[Symbol.asyncDispose]();
    await this.#socket[Symbol.asyncDispose]();
  }

  #receive(message: ControllerToDrone): void {
    try {
      this.#handle(message);
    } catch (error) {
      // What is not acknowledged comes again, so the connection need not go down with it.
      this.#deps.log.error({ err: error, type: message.type }, "message cannot be handled");
    }
  }

  #handle(message: ControllerToDrone): void {
    const { backends, gate, leases } = this.#deps;
    switch (message.type) {
      case "welcome":
        this.#begin(message.heartbeat_interval_ms);
        break;
      case "action":
        this.#answer(carryOut(this.#deps, message));
        break;
      case "action-confirmed":
        gate.confirm(message.action_id);
        break;
      case "lease":
        leases.answer(message);
        gate.look();
        break;
      case "report-ack":
        this.#outbox.acknowledge(message.report_id);
        break;
      case "disown":
        for (const id of message.backend_ids) backends.disown(id);
        break;
      case "stream-open":
      case "stream-credit":
      case "stream-close":
      case "stream-ack":
        this.#deps.streams.receive(message);
        break;
      default:
        message satisfies never;
    }
  }

  #answer(answer: DroneToController | undefined): void {
    if (answer === undefined) return;
    this.send(answer);
    this.#outbox.flush();
  }

  /** What has ended and what will not begin is told first, so that no lease is asked for it. */
  #begin(heartbeatIntervalMs: number): void {
    const { gate, leases, figures } = this.#deps;
    figures.welcomes += 1;
    this.#outbox.resend();
    gate.tellAgain();
    leases.welcome();
    if (this.#inventoryIsWhole) this.sendInventory();
    this.#heartbeat.begin(heartbeatIntervalMs);
  }
}
