import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Adoption, Instance, Location } from "../../drone/runtime/runtime.ts";
import type { LogQuery } from "../../drone/runtime/runtime-logs.ts";
import type { Usage } from "../../drone/runtime/usage.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { LogItem } from "../../src/protocol/stream-messages.ts";

type LogOutput = AsyncGenerator<readonly LogItem[]>;

/** What an image of the scripted runtime does once it is started. */
export interface ScriptedApp {
  /** Does not listen. */
  silent?: boolean;
  /** Ends by itself at once. */
  exitsWith?: number;
  /** Takes no notice of the stop signal. */
  stubborn?: boolean;
  log?: readonly string[];
}

/** One instance in memory; while it runs a real HTTP server on loopback answers for it. */
export class ScriptedInstance {
  readonly id: BackendId;
  readonly app: ScriptedApp;
  readonly ended: Promise<void>;
  readonly #adoption: Adoption;
  readonly #server = createServer((_request, response) => response.end("scripted"));
  #state: "created" | "running" | "ended" = "created";
  #location: Location = { address: { host: "127.0.0.1", port: 1 } };
  #exit = { exitCode: 0 as number | undefined, oomKilled: false };
  readonly #printed: LogItem[] = [];
  #tellPrinted: () => void = () => undefined;
  #tellEnded: () => void = () => undefined;

  constructor(id: BackendId, adoption: Adoption, app: ScriptedApp) {
    this.id = id;
    this.app = app;
    this.#adoption = adoption;
    this.ended = new Promise((resolve) => {
      this.#tellEnded = resolve;
    });
  }

  get running(): boolean {
    return this.#state === "running";
  }

  async start(): Promise<Location> {
    if (this.#state !== "created") return this.#location;
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const { port } = this.#server.address() as AddressInfo;
    this.#location = { address: { host: "127.0.0.1", port } };
    this.#state = "running";
    if (this.app.silent === true) this.#server.close();
    if (this.app.exitsWith !== undefined) this.end(this.app.exitsWith);
    return this.#location;
  }

  /** As if Docker had given it another address. */
  moveTo(location: Location): void {
    this.#location = location;
  }

  end(exitCode: number | undefined, oomKilled = false): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#exit = { exitCode, oomKilled };
    this.#server.closeAllConnections();
    this.#server.close();
    this.#tellEnded();
  }

  /** Prints lines, each at once. */
  print(...texts: string[]): void {
    for (const text of texts) {
      const place = String(this.#printed.length + 1);
      this.#printed.push({ at: null, stream: "stdout", text, place });
    }
    this.#tellPrinted();
  }

  async *output({ follow, after, tail }: LogQuery, signal: AbortSignal): LogOutput {
    const all = this.#printed.length;
    let next = after === undefined ? Math.max(0, all - (tail ?? all)) : Number(after);
    signal.addEventListener("abort", () => this.#tellPrinted(), { once: true });
    while (!signal.aborted) {
      const lines = this.#printed.slice(next);
      next += lines.length;
      if (lines.length > 0) yield lines;
      else if (!follow || this.#state === "ended") return;
      else await Promise.race([this.ended, this.#untilPrinted()]);
    }
  }

  /** A core in use, by the clock. */
  usage(now: number): Usage {
    return {
      at: now,
      cpuSeconds: now / 1_000,
      memory_bytes: 1_048_576,
      pids: 1,
      network_received_bytes: null,
      network_sent_bytes: null,
      disk_read_bytes: null,
      disk_written_bytes: null,
    };
  }

  #untilPrinted(): Promise<void> {
    return new Promise((resolve) => {
      const before = this.#tellPrinted;
      this.#tellPrinted = () => {
        before();
        resolve();
      };
    });
  }

  describe(): Instance {
    const common = { id: this.id, adoption: this.#adoption };
    switch (this.#state) {
      case "created":
        return { ...common, state: "created" };
      case "running":
        return { ...common, state: "running", location: this.#location };
      case "ended":
        return { ...common, state: "ended", ...this.#exit };
      default:
        return this.#state satisfies never;
    }
  }
}
