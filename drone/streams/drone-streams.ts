import type { ControllerToDrone, DroneToController } from "../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { StreamOpen, StreamProblem } from "../../src/protocol/stream-messages.ts";
import { MAX_DRONE_STREAMS, STREAM_SOCKET_WINDOW } from "../../src/protocol/timings.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { type Runtime, RuntimeRefusal, RuntimeUnavailable } from "../runtime/runtime.ts";
import { Allowance } from "./allowance.ts";
import { framesOf } from "./frames.ts";
import { NoStream, streamSource } from "./stream-source.ts";
import { UsageSampler } from "./usage-sampler.ts";

export interface StreamsDeps {
  runtime: Pick<Runtime, "logs" | "usage">;
  clock: Clock;
  log: Log;
  send(message: DroneToController): boolean;
}

type Message = Extract<ControllerToDrone, { type: `stream-${string}` }>;

interface OutgoingStream {
  credit: Allowance;
  close: AbortController;
  /** Whose output it is. */
  logsOf: BackendId | undefined;
  done: Promise<void>;
}

/**
 * What controllers read of this drone's backends, over the drone's own connection. A frame is sent only
 * if its stream's reader has room for it, and if few others are under way on the socket: a reader that is
 * slow slows what it reads from, and no report or heartbeat waits behind a log.
 */
export class DroneStreams implements AsyncDisposable {
  readonly #deps: StreamsDeps;
  readonly #sampler: UsageSampler;
  readonly #open = new Map<string, OutgoingStream>();
  #socket = new Allowance(STREAM_SOCKET_WINDOW);

  constructor(deps: StreamsDeps) {
    this.#deps = deps;
    this.#sampler = new UsageSampler(deps);
  }

  receive(message: Message): void {
    switch (message.type) {
      case "stream-open":
        this.#begin(message);
        break;
      case "stream-credit":
        this.#open.get(message.stream_id)?.credit.raiseTo(message.credit);
        break;
      case "stream-close":
        this.#open.get(message.stream_id)?.close.abort();
        break;
      case "stream-ack":
        this.#socket.raiseTo(message.frames + STREAM_SOCKET_WINDOW);
        break;
      default:
        message satisfies never;
    }
  }

  /** Whoever reads on asks anew, over another connection. */
  connectionLost(): void {
    for (const { close } of this.#open.values()) close.abort();
    this.#open.clear();
    this.#socket = new Allowance(STREAM_SOCKET_WINDOW);
  }

  /** Before an instance is removed: for its last lines to be read by who follows them. */
  async lastLinesRead(id: BackendId, patienceMs: number): Promise<void> {
    const readers = [...this.#open.values()].filter(({ logsOf }) => logsOf === id);
    if (readers.length === 0) return;
    const enough = new AbortController();
    const patience = this.#deps.clock.sleep(patienceMs, enough.signal).catch(() => undefined);
    await Promise.race([Promise.all(readers.map(({ done }) => done)), patience]);
    enough.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ends = [...this.#open.values()].map(({ done }) => done);
    this.connectionLost();
    await Promise.all(ends);
  }

  #begin(request: StreamOpen): void {
    const { stream_id, what, credit } = request;
    if (this.#open.has(stream_id)) return;
    if (this.#open.size >= MAX_DRONE_STREAMS) {
      const message = `the drone tells ${MAX_DRONE_STREAMS} streams already`;
      this.#end(stream_id, 0, { code: "too-many", message });
      return;
    }
    const stream: OutgoingStream = {
      credit: new Allowance(credit),
      close: new AbortController(),
      logsOf: what.kind === "logs" ? what.backend_id : undefined,
      done: Promise.resolve(),
    };
    this.#open.set(stream_id, stream);
    stream.done = this.#serve(request, stream).finally(() => {
      if (this.#open.get(stream_id) === stream) this.#open.delete(stream_id);
    });
  }

  async #serve({ stream_id, what }: StreamOpen, stream: OutgoingStream): Promise<void> {
    const { credit, close } = stream;
    const { signal } = close;
    const deps = { ...this.#deps, sampler: this.#sampler };
    let seq = 0;
    try {
      for await (const items of streamSource(deps, what, signal)) {
        for (const frame of framesOf(items)) {
          await credit.use(signal);
          await this.#socket.use(signal);
          seq += 1;
          this.#deps.send({ type: "stream-data", stream_id, seq, items: frame });
        }
      }
      if (!signal.aborted) this.#end(stream_id, seq);
    } catch (error) {
      if (!signal.aborted) this.#end(stream_id, seq, this.#problemOf(error));
    }
  }

  #end(stream_id: string, frames: number, problem?: StreamProblem): void {
    this.#deps.send({ type: "stream-end", stream_id, frames, ...(problem && { problem }) });
  }

  #problemOf(error: unknown): StreamProblem {
    if (error instanceof NoStream) return error.problem;
    const message = error instanceof Error ? error.message.slice(0, 2_000) : "it has failed";
    if (error instanceof RuntimeRefusal) return { code: "refused", message };
    if (!(error instanceof RuntimeUnavailable)) {
      this.#deps.log.error({ err: error }, "stream failed");
    }
    return { code: "unavailable", message };
  }
}
