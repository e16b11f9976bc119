import type { Address } from "../src/protocol/backend-state.ts";
import type { BackendId } from "../src/protocol/ids.ts";
import type { Route } from "../src/protocol/proxy-messages.ts";
import type { Clock } from "../src/shared/clock.ts";
import type { Log } from "../src/shared/log.ts";
import type { ClientConnection } from "./entrance/client-connection.ts";
import type { AccessLog, EngineFigures } from "./figures/figures.ts";

/**
 * The seam between moving bytes and deciding where they go.
 *
 * An engine owns the connections that the entrance hands it, the parsing, the connections to backends
 * and every byte that passes. For each request, upgrades included, it hands the head to the Gate and then does what the
 * Gate says: forward it, with the head edited, or answer it. The Gate knows of tokens, routes and
 * pages and never sees a body or a socket.
 *
 * What every engine keeps, proven by test/proxy/engine-conformance.ts: hop-by-hop headers stay on
 * their hop; bodies stream with back-pressure and are never held; an abort on one side ends the
 * other; `begun` and `ended` come in pairs around what is forwarded; no socket error is fatal.
 */
export interface Engine {
  /** Serves a client until its connection closes. */
  serve(connection: ClientConnection): void;
  /**
   * From now on each answer of HTTP/1.1 is its connection's last. Nothing is closed that could have a
   * request on its way: who comes in or asks once more is served.
   */
  retire(): void;
  /**
   * Ends at once what is forwarded so: WebSockets with 1008, as soon as a message that is under way lets
   * it, within a second at the latest; everything else outright. Of its client the backend hears no more.
   */
  cut(which: (forward: Forward) => boolean): void;
  /**
   * Closes idle connections, lets what is in flight finish for `drainMs`, then closes WebSockets
   * with 1001 and everything else outright. Resolves when nothing is open. Once this is called, a
   * connection that still comes in is closed at once.
   */
  leave(drainMs: number): Promise<void>;
}

export type CreateEngine = (deps: EngineDeps, options: EngineOptions) => Engine;

export interface EngineDeps {
  clock: Clock;
  log: Log;
  gate: Gate;
  figures: EngineFigures;
  /** Undefined if nobody wants it: then no entries are made. */
  accessLog: AccessLog | undefined;
}

export interface EngineOptions {
  connectTimeoutMs: number;
  /** Until the backend's answer begins; undefined for no limit. */
  answerTimeoutMs: number | undefined;
  /** Until a request's head is complete. */
  headTimeoutMs: number;
  keepAliveMs: number;
  maxHeadBytes: number;
}

/** Decides. Neither method rejects or throws. */
export interface Gate {
  /** `signal` aborts when the client's connection is gone; the decision is then not wanted. */
  decide(head: RequestHead, signal: AbortSignal): Promise<Decision>;
  /** What to answer when a forwarded request got no answer from its backend. */
  explainFailure(head: RequestHead, forward: Forward, failure: UpstreamFailure): Answer;
  /** A request is now in flight, or an upgraded connection open; `ended` follows exactly once. */
  begun(backendId: BackendId): void;
  ended(backendId: BackendId): void;
}

export type HeaderPair = readonly [name: string, value: string];

export interface RequestHead {
  readonly method: string;
  /** As it came: path and query, not decoded. */
  readonly target: string;
  /** In order, duplicates kept, names in lower case. */
  readonly headers: readonly HeaderPair[];
  readonly peerAddress: string;
  readonly secure: boolean;
  readonly isUpgrade: boolean;
}

export type Decision = Forward | Answer;

export interface Forward {
  readonly kind: "forward";
  readonly backendId: BackendId;
  /** By what it was let in, for `cut`; nothing to an engine. */
  readonly access: Route["access"];
  readonly requestId: string;
  readonly upstream: Address;
  /** Path and query for the backend. */
  readonly path: string;
  readonly request: RequestEdits;
  readonly response: ResponseEdits;
  /** Without it, every request must be decided for itself. */
  readonly reuse?: Reuse;
  /** Told of this request, if it is traced. */
  readonly trace?: RequestTrace;
}

/** What a trace wants to know of a request that was forwarded. */
export interface RequestTrace {
  /** The first byte of an answer goes to the client, whoever made it. */
  answered(status: number): void;
  /** The request is over; says nothing new if it was answered. */
  over(): void;
}

/**
 * Lets an engine forward later requests of the same connection without asking again, if their header
 * lines are byte for byte the same. What is forwarded so is `begun` and `ended` like anything else.
 */
export interface Reuse {
  /** Of the names that `request` sets, those whose values are each request's own. */
  readonly varying: ReadonlySet<string>;
  /** Undefined as soon as the gate might decide otherwise; then it must be asked. */
  again(target: string): Repeated | undefined;
}

export interface Repeated {
  readonly requestId: string;
  readonly path: string;
  readonly varying: readonly HeaderPair[];
}

export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: string;
}

/** Setting replaces. All names in lower case. */
export interface RequestEdits {
  readonly remove: ReadonlySet<string>;
  readonly set: readonly HeaderPair[];
}

export interface ResponseEdits {
  readonly set: readonly HeaderPair[];
  readonly append: readonly HeaderPair[];
  /** Added only if the answer has none of their names. */
  readonly defaults: readonly HeaderPair[];
  /** Set-Cookie of these names is dropped. */
  readonly refusedCookies: readonly string[];
}

export interface UpstreamFailure {
  readonly kind: "unreachable" | "connect-timeout" | "answer-timeout" | "broken-answer";
  readonly error: Error;
}
