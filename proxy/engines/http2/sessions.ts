import { constants, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Clock } from "../../../src/shared/clock.ts";
import { ResetBudget } from "./reset-budget.ts";

interface SessionLimits {
  /** Until the first request has come. */
  headTimeoutMs: number;
  /** Without a request under way. */
  keepAliveMs: number;
}

interface OpenSession {
  streams: number;
  idle: NodeJS.Timeout;
  readonly resets: ResetBudget;
}

/** The HTTP/2 connections that are open, each with what it has under way. */
export class Sessions {
  readonly #limits: SessionLimits;
  readonly #clock: Clock;
  readonly #open = new Map<ServerHttp2Session, OpenSession>();
  #leaving = false;
  #onEmpty: (() => void) | undefined;

  constructor(clock: Clock, limits: SessionLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get leaving(): boolean {
    return this.#leaving;
  }

  add(session: ServerHttp2Session): void {
    const idle = this.#closeAfter(session, this.#limits.headTimeoutMs);
    this.#open.set(session, { streams: 0, idle, resets: new ResetBudget(this.#clock) });
    session.once("close", () => {
      clearTimeout(this.#open.get(session)?.idle);
      this.#open.delete(session);
      if (this.#open.size === 0) this.#onEmpty?.();
    });
  }

  begun(session: ServerHttp2Session, stream: ServerHttp2Stream): void {
    const open = this.#open.get(session);
    if (open === undefined) return;
    clearTimeout(open.idle);
    open.streams += 1;
    stream.once("close", () => {
      open.streams -= 1;
      if (!stream.headersSent && !session.destroyed && !open.resets.take()) {
        session.destroy(new Error("too many resets"), constants.NGHTTP2_ENHANCE_YOUR_CALM);
      }
      if (open.streams > 0 || !this.#open.has(session)) return;
      open.idle = this.#closeAfter(session, this.#limits.keepAliveMs);
    });
  }

  /** What is under way may end, nothing new may begin. Resolves when none is open. */
  leave(): Promise<void> {
    this.#leaving = true;
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      if (this.#open.size === 0) resolve();
    });
    for (const session of this.#open.keys()) session.close();
    return empty;
  }

  destroy(): void {
    for (const session of this.#open.keys()) session.destroy();
  }

  #closeAfter(session: ServerHttp2Session, ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      session.close();
      // Whoever does not hang up then is not waited for.
      setTimeout(() => session.destroy(), 1_000).unref();
    }, ms);
  }
}
