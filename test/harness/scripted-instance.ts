import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Adoption, Instance, Location } from "../../drone/runtime/runtime.ts";
import type { BackendId } from "../../src/protocol/ids.ts";

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
