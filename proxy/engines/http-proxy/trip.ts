import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import type { Decision, EngineDeps, RequestHead } from "../../engine.ts";

export type TripDeps = Pick<EngineDeps, "clock" | "figures" | "accessLog">;

/** What is counted and told of one request. */
export class Trip {
  readonly #deps: TripDeps;
  readonly #head: RequestHead;
  readonly #socket: Socket;
  readonly #startedMs: number;
  readonly #writtenBefore: number;
  #decision: Decision | undefined;
  #status = 0;
  #firstByteMs: number | undefined;

  constructor(deps: TripDeps, head: RequestHead, socket: Socket) {
    this.#deps = deps;
    this.#head = head;
    this.#socket = socket;
    this.#startedMs = deps.clock.monotonicMs();
    this.#writtenBefore = socket.bytesWritten;
  }

  decided(decision: Decision): void {
    this.#decision = decision;
  }

  /** Counts the connection that a request to a backend is given. */
  sending(upstream: ClientRequest): void {
    const { figures } = this.#deps;
    upstream.once("socket", () => {
      if (upstream.reusedSocket) figures.upstreamReuses += 1;
      else figures.upstreamConnects += 1;
    });
  }

  /** The proxy's own answer is written, in place of a backend's too. */
  answered(status: number): void {
    this.#status = status;
    this.#firstByteMs = this.#deps.clock.monotonicMs();
    this.#deps.figures.answered(status);
  }

  /** The backend's answer is written. */
  relayed(status: number): void {
    this.answered(status);
    this.#deps.figures.firstByte((this.#firstByteMs ?? 0) - this.#startedMs);
  }

  over(): void {
    const { figures, accessLog } = this.#deps;
    const upgraded = this.#status === 101;
    if (upgraded) figures.upgradesOpen -= 1;
    accessLog?.write({
      head: this.#head,
      decision: this.#decision,
      status: this.#status,
      bytesOut: this.#socket.bytesWritten - this.#writtenBefore,
      startedMs: this.#startedMs,
      firstByteMs: this.#firstByteMs,
      upgraded,
    });
  }

  upgraded(): void {
    this.#deps.figures.upgradesOpen += 1;
    this.relayed(101);
  }
}
