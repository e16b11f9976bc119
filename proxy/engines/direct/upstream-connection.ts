import { connect, type Socket } from "node:net";
import type { Address } from "../../../src/protocol/backend-state.ts";
import type { UpstreamFailure } from "../../engine.ts";
import type { Deadlines, Limited } from "./deadlines.ts";
import { READ_BUFFER, type Reader } from "./lent-bytes.ts";

const PROBE_AFTER_MS = 30_000;

/** Who a connection to a backend works for. */
export interface UpstreamUser {
  /** The bytes are another connection's after the call; what is kept must be copied. */
  onUpstreamBytes(bytes: Buffer): void;
  /** The backend has said all it will say. */
  onUpstreamEnd(): void;
  /** Comes once, and then nothing more. */
  onUpstreamFailure(kind: UpstreamFailure["kind"], error: Error): void;
  /** What was written has gone out. */
  onUpstreamDrain(): void;
}

export interface UpstreamLimits {
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number | undefined;
}

export interface UpstreamDeps {
  readonly deadlines: Deadlines;
  readonly limits: UpstreamLimits;
  onIdleEnd(connection: UpstreamConnection): void;
}

/** One connection to a backend; it works for one user at a time, or waits in the pool for the next. */
export class UpstreamConnection implements Limited {
  readonly socket: Socket;
  deadlineMs: number;
  /** An earlier request has been answered on it. */
  isReused = false;
  #user: UpstreamUser | undefined;
  #isConnected = false;
  #isAsked = false;
  readonly #deadlines: Deadlines;
  readonly #limits: UpstreamLimits;
  readonly #onIdleEnd: (connection: UpstreamConnection) => void;
  #lastError: Error | undefined;
  #tunnel: Reader | undefined;

  constructor(deps: UpstreamDeps, { host, port }: Address) {
    this.#deadlines = deps.deadlines;
    this.#limits = deps.limits;
    this.#onIdleEnd = deps.onIdleEnd;
    this.deadlineMs = deps.deadlines.after(deps.limits.connectTimeoutMs);
    const onread = {
      buffer: READ_BUFFER,
      callback: (sizeBytes: number) => {
        this.#onBytes(READ_BUFFER.subarray(0, sizeBytes));
        return true;
      },
    };
    this.socket = connect({ host, port, noDelay: true, allowHalfOpen: true, onread });
    deps.deadlines.add(this);
    this.#listen();
  }

  workFor(user: UpstreamUser): void {
    this.#user = user;
    this.#isAsked = false;
    if (this.#isConnected) this.deadlineMs = Number.POSITIVE_INFINITY;
  }

  /** The whole request is written: from here on the backend may take as long as the limit says. */
  awaitAnswer(): void {
    const { answerTimeoutMs } = this.#limits;
    this.#isAsked = true;
    if (answerTimeoutMs === undefined || !this.#isConnected) return;
    this.deadlineMs = this.#deadlines.after(answerTimeoutMs);
  }

  answerHasBegun(): void {
    this.deadlineMs = Number.POSITIVE_INFINITY;
  }

  /** Nobody works with it any more; it stays open until it has been idle for so long. */
  rest(idleMs: number): void {
    this.#user = undefined;
    this.isReused = true;
    this.deadlineMs = this.#deadlines.after(idleMs);
  }

  destroy(): void {
    this.#user = undefined;
    this.socket.destroy();
  }

  /** Belongs to a tunnel from now on, which looks after its end. */
  release(tunnel: Reader): void {
    this.#user = undefined;
    this.#tunnel = tunnel;
    this.#deadlines.delete(this);
    for (const event of ["end", "drain"]) this.socket.removeAllListeners(event);
  }

  expire(): void {
    if (this.#user === undefined) this.#drop();
    else
      this.#fail(this.#isConnected ? "answer-timeout" : "connect-timeout", new Error("too late"));
  }

  #listen(): void {
    const { socket } = this;
    socket.once("connect", () => this.#connected());
    socket.on("end", () => {
      if (this.#user === undefined) this.#drop();
      else this.#user.onUpstreamEnd();
    });
    socket.on("drain", () => this.#user?.onUpstreamDrain());
    socket.on("error", (error) => {
      this.#lastError = error;
    });
    socket.once("close", () => this.#closed());
  }

  #onBytes(bytes: Buffer): void {
    if (this.#tunnel !== undefined) this.#tunnel.onBytes(bytes);
    // What nobody asked for must not be taken for the next request's answer.
    else if (this.#user === undefined) this.#drop();
    else this.#user.onUpstreamBytes(bytes);
  }

  #connected(): void {
    this.#isConnected = true;
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.socket.setKeepAlive(true, PROBE_AFTER_MS);
    if (this.#isAsked) this.awaitAnswer();
  }

  #closed(): void {
    this.#deadlines.delete(this);
    if (this.#user === undefined) {
      this.#onIdleEnd(this);
      return;
    }
    const error = this.#lastError ?? new Error("the backend closed the connection");
    this.#fail(this.#isConnected ? "broken-answer" : "unreachable", error);
  }

  #fail(kind: UpstreamFailure["kind"], error: Error): void {
    const user = this.#user;
    this.destroy();
    user?.onUpstreamFailure(kind, error);
  }

  #drop(): void {
    this.#onIdleEnd(this);
    this.socket.destroy();
  }
}
