import { WebSocket } from "ws";
import type { BackendState } from "../../../src/protocol/backend-state.ts";
import type {
  BackendSpec,
  ControllerToDrone,
  DroneToController,
} from "../../../src/protocol/drone-messages.ts";
import { PROTOCOL_VERSION, socketUrl } from "../../../src/protocol/handshake.ts";
import type { ActionId, BackendId } from "../../../src/protocol/ids.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { ADDRESS, CLUSTER } from "../a-controller.ts";
import { aHealth } from "../a-health.ts";
import type { Ledger } from "./ledger.ts";
import type { Site } from "./site.ts";

type Heard<T extends ControllerToDrone["type"]> = Extract<ControllerToDrone, { type: T }>;
type Report = Extract<DroneToController, { type: "report" }>;

interface Kept {
  spec: BackendSpec;
  /** Acknowledged, and not known to be heard. */
  unconfirmed: ActionId | undefined;
  progress: "accepted" | "running" | "ended";
}

/**
 * A drone by the book, whose journal and containers stand in the test's own memory: they outlive every
 * controller. It returns to whichever lives, and says again what was not acknowledged.
 */
export class JournalingDrone implements AsyncDisposable {
  /** The first spawn that it is asked for is refused, once this has resolved. */
  refusesFirstAfter: Promise<void> | undefined;
  readonly #name: string;
  readonly #site: Site;
  readonly #ledger: Ledger;
  readonly #journal = new Map<BackendId, Kept>();
  readonly #refused = new Set<ActionId>();
  readonly #unheard = new Map<number, { report: Report; atMs: number }>();
  readonly #life: Promise<void>;
  #socket: WebSocket | undefined;
  #isClosed = false;
  #ids = 0;
  #lastLease = 0;

  constructor(name: string, site: Site, ledger: Ledger) {
    this.#name = name;
    this.#site = site;
    this.#ledger = ledger;
    this.#life = this.#live();
  }

  /** Asks for its lease until it has been granted. */
  async renew(): Promise<void> {
    const before = this.#ids;
    this.#requestLease();
    await waitFor("the lease", () => this.#lastLease > before);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#socket?.terminate();
    await this.#life;
  }

  async #live(): Promise<void> {
    while (!this.#isClosed) {
      // Without any controller the story ends, and says why.
      const place = await this.#site.place().catch(() => undefined);
      if (place === undefined || this.#isClosed) return;
      const { url, keys } = place;
      const socket = new WebSocket(socketUrl(url, "drone"), {
        headers: { authorization: `Bearer ${keys.drone}` },
      });
      this.#socket = socket;
      socket.on("error", () => undefined);
      socket.on("open", () => this.#greet());
      socket.on("message", (data) => this.#hear(JSON.parse(String(data))));
      await new Promise((resolve) => socket.once("close", resolve));
    }
  }

  #say(message: DroneToController): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #greet(): void {
    this.#say({
      type: "hello",
      protocol_version: PROTOCOL_VERSION,
      version: "0.0.0-test",
      drone: this.#name,
      identity: `machine-${this.#name}`,
      cluster: CLUSTER,
      pool: "",
      runtime: "docker",
    });
  }

  #hear(message: ControllerToDrone): void {
    switch (message.type) {
      case "welcome":
        this.#tellAll();
        break;
      case "action":
        this.#carryOut(message);
        break;
      case "action-confirmed":
        this.#begin(message.action_id);
        break;
      case "lease":
        this.#lastLease = message.request_id;
        break;
      case "report-ack":
        this.#unheard.delete(message.report_id);
        break;
      case "disown":
        this.#disown(message.backend_ids);
        break;
      case "stream-open":
      case "stream-credit":
      case "stream-close":
      case "stream-ack":
        break;
      default:
        message satisfies never;
    }
  }

  #tellAll(): void {
    const time = { clock: "boot-1", ms: Math.round(performance.now()) };
    this.#say({ type: "heartbeat", health: aHealth(), time });
    this.#requestLease();
    const unheard = [...this.#unheard.values()].map(({ report }) => report.backend_id);
    this.#say({
      type: "inventory",
      backend_ids: [...new Set([...this.#liveIds(), ...unheard])],
    });
    for (const id of this.#refused) this.#refuse(id);
    for (const { unconfirmed } of this.#journal.values()) {
      if (unconfirmed) this.#say({ type: "action-ack", action_id: unconfirmed });
    }
    for (const id of this.#unheard.keys()) this.#sayReport(id);
  }

  #liveIds(): BackendId[] {
    return [...this.#journal].filter(([, kept]) => kept.progress !== "ended").map(([id]) => id);
  }

  #requestLease(): void {
    this.#ids += 1;
    this.#say({ type: "lease-request", request_id: this.#ids, backend_ids: this.#liveIds() });
  }

  #carryOut({ action_id, action }: Heard<"action">): void {
    if (action.type === "spawn" && this.#refuses(action_id)) return;
    this.#say({ type: "action-ack", action_id });
    if (action.type === "terminate") this.#end(action.backend_id, action);
    else this.#accept(action_id, action.spec);
  }

  /** A verdict stays: it is the same when the action comes again. */
  #refuses(id: ActionId): boolean {
    if (this.#refused.has(id)) {
      this.#refuse(id);
      return true;
    }
    if (this.refusesFirstAfter === undefined) return false;
    this.#refused.add(id);
    void this.refusesFirstAfter.then(() => this.#refuse(id));
    this.refusesFirstAfter = undefined;
    return true;
  }

  #accept(unconfirmed: ActionId, spec: BackendSpec): void {
    const kept = this.#journal.get(spec.backend_id);
    if (kept === undefined) {
      this.#journal.set(spec.backend_id, { spec, unconfirmed, progress: "accepted" });
    } else if (kept.progress === "accepted") kept.unconfirmed = unconfirmed;
  }

  #refuse(action_id: ActionId): void {
    this.#say({ type: "action-refused", action_id, because: "it would rather not" });
  }

  #begin(actionId: ActionId): void {
    const kept = [...this.#journal.values()].find(({ unconfirmed }) => unconfirmed === actionId);
    if (kept === undefined) return;
    kept.unconfirmed = undefined;
    kept.progress = "running";
    const { backend_id } = kept.spec;
    this.#report(backend_id, { status: "loading" });
    this.#report(backend_id, { status: "starting", pull_ms: 1 });
    this.#ledger.start(this.#name, kept.spec);
    this.#report(backend_id, { status: "waiting", address: ADDRESS });
    this.#report(backend_id, { status: "ready", address: ADDRESS });
  }

  #end(
    id: BackendId,
    { reason, kind }: Extract<Heard<"action">["action"], { type: "terminate" }>,
  ): void {
    const kept = this.#journal.get(id);
    if (kept === undefined || kept.progress === "ended") return;
    this.#report(id, { status: "terminating", reason });
    this.#forget(id, kept);
    this.#report(id, { status: "terminated", reason, kind, exit_code: 0 });
  }

  #disown(ids: readonly BackendId[]): void {
    for (const id of ids) {
      const kept = this.#journal.get(id);
      if (kept) this.#forget(id, kept);
      for (const [reportId, { report }] of this.#unheard) {
        if (report.backend_id === id) this.#unheard.delete(reportId);
      }
    }
  }

  #forget(id: BackendId, kept: Kept): void {
    kept.progress = "ended";
    kept.unconfirmed = undefined;
    this.#ledger.end(this.#name, id);
  }

  #report(backend_id: BackendId, state: BackendState): void {
    this.#ids += 1;
    const report: Report = { type: "report", report_id: this.#ids, backend_id, state, age_ms: 0 };
    this.#unheard.set(this.#ids, { report, atMs: performance.now() });
    this.#sayReport(this.#ids);
  }

  #sayReport(id: number): void {
    const unheard = this.#unheard.get(id);
    if (unheard === undefined) return;
    this.#say({ ...unheard.report, age_ms: performance.now() - unheard.atMs });
  }
}
