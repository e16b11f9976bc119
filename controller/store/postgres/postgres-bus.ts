import { randomBytes } from "node:crypto";
import { Backoff } from "../../../src/shared/backoff.ts";
import type { Clock } from "../../../src/shared/clock.ts";
import type { Log } from "../../../src/shared/log.ts";
import { type ChangeBus, localBus } from "../change-bus.ts";
import type { Change } from "../store.ts";
import { type BusConnection, openBusConnection } from "./bus-connection.ts";
import { type Post, packChanges, packPost, unpackNote } from "./change-notes.ts";
import { Replay } from "./replay.ts";

interface BusDeps {
  clock: Clock;
  log: Log;
}

/** For how long changes are collected before they are sent together. */
const BATCH_MS = 2;
const REPLAY_INTERVAL_MS = 5_000;
const RECONNECT = { firstMs: 100, factor: 1.7, capMs: 5_000 };
/** What waits for a connection; who must not miss it finds it in the tables. */
const MAX_WAITING = 10_000;
const MAX_POSTS_WAITING = 2_000;
/** Changes must not wait behind more. */
const POSTS_AT_ONCE = 32;
/** For the last changes to be sent when this controller leaves. */
const FAREWELL_MS = 1_000;

/**
 * Carries changes between the controllers of one database by NOTIFY, which is a hint and may get lost:
 * the tables are the truth, and are looked through every few seconds and after each loss of the
 * connection. Never inside a transaction of the store: commits that notify wait for each other.
 */
export class PostgresBus implements ChangeBus {
  readonly #deps: BusDeps;
  readonly #url: string;
  readonly #local = localBus();
  readonly #replay: Replay;
  readonly #sender = randomBytes(6).toString("base64url");
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #connection: BusConnection | undefined;
  #waiting: Change[] = [];
  #posts: Post[] = [];
  #sending: Promise<void> | undefined;

  /** Resolves once it hears the others; if the database is away, once that is known. */
  static async open(deps: BusDeps, url: string): Promise<PostgresBus> {
    let tried = () => {};
    const firstTry = new Promise<void>((resolve) => {
      tried = resolve;
    });
    const bus = new PostgresBus(deps, url, tried);
    await firstTry;
    return bus;
  }

  private constructor(deps: BusDeps, url: string, tried: () => void) {
    this.#deps = deps;
    this.#url = url;
    this.#replay = new Replay(deps.clock);
    this.#running = this.#keepListening(tried);
  }

  publish(change: Change): void {
    this.#local.publish(change);
    if (this.#waiting.length >= MAX_WAITING) this.#waiting = [];
    this.#waiting.push(change);
    this.#sending ??= this.#sendSoon();
  }

  subscribe(listener: (change: Change) => void): () => void {
    return this.#local.subscribe(listener);
  }

  post(to: string, text: string): void {
    if (this.#posts.length >= MAX_POSTS_WAITING) this.#posts = [];
    this.#posts.push({ to, text });
    this.#sending ??= this.#sendSoon();
  }

  onPost(address: string, listener: (text: string) => void): () => void {
    return this.#local.onPost(address, listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const patience = this.#deps.clock.sleep(FAREWELL_MS, this.#stop.signal).catch(() => undefined);
    await Promise.race([this.#sending ?? this.#send(), patience]);
    this.#stop.abort();
    // Whatever it is being asked: nobody waits for that any more.
    await this.#connection?.[Symbol.asyncDispose]();
    await this.#running;
    await this.#local[Symbol.asyncDispose]();
  }

  async #sendSoon(): Promise<void> {
    await this.#deps.clock.sleep(BATCH_MS, this.#stop.signal).catch(() => undefined);
    await this.#send();
    this.#sending = undefined;
  }

  async #send(): Promise<void> {
    while (this.#connection !== undefined && this.#waiting.length + this.#posts.length > 0) {
      const changes = packChanges(this.#sender, this.#waiting);
      this.#waiting = [];
      const posts = this.#posts.splice(0, POSTS_AT_ONCE);
      const notes = [...changes, ...posts.map((post) => packPost(this.#sender, post))];
      // A failure ends the connection, which is told there; what is lost, the others find in the tables.
      await this.#connection.send(notes).catch(() => undefined);
    }
  }

  #hear(note: string): void {
    const { sender, changes, posts } = unpackNote(note);
    if (sender === this.#sender) return;
    for (const { to, text } of posts) this.#local.post(to, text);
    for (const change of changes) this.#local.publish(change);
  }

  async #keepListening(tried: () => void): Promise<void> {
    const { clock, log } = this.#deps;
    const { signal } = this.#stop;
    const backoff = new Backoff(RECONNECT);
    while (!signal.aborted) {
      try {
        await using connection = await openBusConnection(this.#url, (note) => this.#hear(note));
        backoff.reset();
        await this.#serve(connection, tried);
      } catch (error) {
        if (signal.aborted) return;
        const retryMs = Math.round(backoff.nextMs());
        const problem = error instanceof Error ? error.message : String(error);
        log.warn({ problem, retryMs }, "not listening for the changes of other controllers");
        tried();
        await clock.sleep(retryMs, signal).catch(() => undefined);
      }
    }
  }

  /** Until the connection is lost, or there is no need of it any more. */
  async #serve(connection: BusConnection, tried: () => void): Promise<void> {
    const { signal } = this.#stop;
    const over = AbortSignal.any([signal, connection.lost]);
    this.#connection = connection;
    this.#sending ??= this.#sendSoon();
    try {
      while (!over.aborted) {
        for await (const change of this.#replay.missed(connection.query)) {
          this.#local.publish(change);
        }
        tried();
        await this.#deps.clock.sleep(REPLAY_INTERVAL_MS, over).catch(() => undefined);
      }
    } finally {
      this.#connection = undefined;
    }
    if (!signal.aborted) throw connection.lost.reason;
  }
}
