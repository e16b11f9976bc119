import { newStreamId } from "../../src/protocol/ids.ts";
import type {
  StreamDown,
  StreamItem,
  StreamUp,
  StreamWhat,
} from "../../src/protocol/stream-messages.ts";
import { MAX_DRONE_STREAMS, STREAM_WINDOW } from "../../src/protocol/timings.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import type { Store } from "../store/store.ts";
import { DroneSockets } from "./drone-sockets.ts";
import { IncomingStream } from "./incoming-stream.ts";
import { StreamFailure } from "./stream-failure.ts";
import { StreamRelay } from "./stream-relay.ts";

export interface StreamHubDeps {
  store: Pick<Store, "controllerOf" | "post" | "onPost">;
  clock: Clock;
  log: Log;
  controllerId: string;
}

/** Reads streams of any drone, be its socket here or at another controller of the same database. */
export class StreamHub implements AsyncDisposable {
  readonly drones: DroneSockets;
  readonly #deps: StreamHubDeps;
  readonly #relay: StreamRelay;
  readonly #reading = new Map<string, IncomingStream>();

  constructor(deps: StreamHubDeps) {
    this.#deps = deps;
    this.drones = new DroneSockets();
    this.#relay = new StreamRelay({
      ...deps,
      drones: this.drones,
      receive: (message) => this.#receive(message),
      streamOf: (id) => this.#reading.get(id),
    });
  }

  /** Frames as they come. Throws StreamFailure; whoever stops reading closes the stream at the drone. */
  async *read(
    drone: string,
    what: StreamWhat,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StreamItem[]> {
    const stream_id = newStreamId();
    const send = await this.#wayTo(drone, stream_id);
    const stream = new IncomingStream((credit) =>
      send({ type: "stream-credit", stream_id, credit }),
    );
    this.#reading.set(stream_id, stream);
    try {
      send({ type: "stream-open", stream_id, what, credit: STREAM_WINDOW });
      yield* stream.read(signal);
    } finally {
      this.#reading.delete(stream_id);
      if (!stream.hasEnded) send({ type: "stream-close", stream_id });
    }
  }

  /** Throws StreamFailure if no controller has the drone's socket, or if this one has it and knows it to be full. */
  async mustReach(drone: string): Promise<void> {
    if (this.drones.isFull(drone)) throw full(drone);
    if (this.drones.has(drone)) return;
    if ((await this.#deps.store.controllerOf(drone)) === null) throw away(drone);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay[Symbol.asyncDispose]();
    for (const stream of this.#reading.values()) stream.lose("the controller is leaving");
  }

  #receive(message: StreamUp): void {
    this.#reading.get(message.stream_id)?.receive(message);
  }

  async #wayTo(drone: string, streamId: string): Promise<(message: StreamDown) => void> {
    const { store, controllerId } = this.#deps;
    if (this.drones.has(drone)) {
      return (message) => this.drones.send(drone, message, (up) => this.#receive(up));
    }
    const holder = await store.controllerOf(drone);
    if (holder === null || holder === controllerId) {
      throw away(drone);
    }
    return (message) => this.#relay.send(holder, drone, streamId, message);
  }
}

function away(drone: string): StreamFailure {
  return new StreamFailure({ code: "unavailable", message: `drone ${drone} is not connected` });
}

function full(drone: string): StreamFailure {
  const message = `drone ${drone} tells ${MAX_DRONE_STREAMS} streams already`;
  return new StreamFailure({ code: "too-many", message });
}
