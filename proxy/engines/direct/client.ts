import type { Socket } from "node:net";
import type { Log } from "../../../src/shared/log.ts";
import type { Answer, Decision, Forward, Gate, RequestHead } from "../../engine.ts";
import type { ClientConnection } from "../../entrance/client-connection.ts";
import { Trip, type TripDeps } from "../trip.ts";
import { type AdmittedRequest, admitRequest, firstTurn, planRequest } from "./admit-request.ts";
import { BodyFollower } from "./body-follower.ts";
import type { Deadlines, Limited } from "./deadlines.ts";
import { Exchange, type ExchangeClient } from "./exchange.ts";
import { findHeadEnd, mayBecomeHead, parseRequest, parseRequestLine } from "./head-parser.ts";
import { kept, type Reader, readFrom } from "./lent-bytes.ts";
import {
  forwardOf,
  headOf,
  MAX_REMEMBERED_BYTES,
  type RequestPlan,
  type Turn,
} from "./request-plan.ts";
import { ownAnswer } from "./rewrite-answer.ts";
import type { BackendEnd, TunnelEnds } from "./tunnel.ts";
import type { UpstreamPool } from "./upstream-pool.ts";
import { breakOff, isHeldBack } from "./writing.ts";

/** What the clients of one engine share. */
export interface ClientDeps extends TripDeps {
  readonly gate: Gate;
  readonly log: Log;
  readonly deadlines: Deadlines;
  readonly pool: UpstreamPool;
  readonly limits: { headTimeoutMs: number; keepAliveMs: number; maxHeadBytes: number };
  /** Answers tell that they are their connection's last. */
  readonly isRetired: boolean;
  readonly isLeaving: boolean;
  readonly dateLine: string;
  openTunnel(ends: TunnelEnds): void;
}

/**
 * waiting for a request; deciding about one; exchanging it for an answer; flushing the answer to a slow
 * reader before the next; lingering after the last, until the client has seen the end; or over: closed,
 * or a tunnel's.
 */
type Phase = "waiting" | "deciding" | "exchanging" | "flushing" | "lingering" | "over";

const LINE_FEED = 0x0a;
const NOTHING = Buffer.alloc(0);
/** What a client sends before its turn waits here up to this size, then in its own machine. */
const MAX_HELD_BYTES = 65_536;
/** Closing with bytes unread resets the connection, which could take the answer from its reader. */
const LINGER_MS = 2_000;

/** One connection of a client: its requests, one after another. */
export class Client implements Limited, ExchangeClient {
  readonly socket: Socket;
  readonly trip: Trip;
  deadlineMs: number;
  readonly #deps: ClientDeps;
  readonly #connection: ClientConnection;
  readonly #reader: Reader = { onBytes: (bytes) => this.#onBytes(bytes) };
  #phase: Phase = "waiting";
  #held: Buffer = NOTHING;
  #headHasBegun = true;
  #exchange: Exchange | undefined;
  #gone: AbortController | undefined;
  /** The last request's header lines, and what was decided for them. */
  #block: Buffer = NOTHING;
  #plan: RequestPlan | undefined;

  constructor(deps: ClientDeps, connection: ClientConnection) {
    this.#deps = deps;
    this.#connection = connection;
    this.socket = connection.socket;
    this.trip = new Trip(deps, () => this.socket.bytesWritten);
    this.deadlineMs = deps.deadlines.after(deps.limits.headTimeoutMs);
    deps.deadlines.add(this);
    const { socket } = this;
    readFrom(socket, this.#reader);
    socket.on("end", () => this.#onEnd());
    socket.on("drain", () => this.#onDrain());
    socket.on("error", (error) => deps.log.debug({ err: error }, "client socket failed"));
    socket.once("close", () => this.#onClose());
  }

  get isLast(): boolean {
    return this.#deps.isRetired;
  }

  get dateLine(): string {
    return this.#deps.dateLine;
  }

  /** Closes at once if nothing has been asked. What is begun is answered first. */
  leave(): void {
    if (this.#phase === "waiting" && this.#held.length === 0) this.#close();
  }

  /** What it is exchanging, if it is forwarded so, must not go on. A tunnel is not a client's any more. */
  cut(which: (forward: Forward) => boolean): void {
    if (this.#exchange !== undefined && which(this.#exchange.forward)) breakOff(this.socket);
  }

  expire(): void {
    if (this.#phase === "waiting" && this.#held.length > 0) this.#refuse(408);
    else breakOff(this.socket);
  }

  holdBack(): void {
    this.socket.pause();
  }

  goOn(): void {
    this.socket.resume();
  }

  finished(keepAlive: boolean): void {
    this.#exchange = undefined;
    this.trip.over();
    if (!keepAlive || this.#deps.isLeaving) this.#close();
    else this.#next();
  }

  answer(
    answer: Answer,
    { head, minor, keepAlive }: { head: RequestHead; minor: 0 | 1; keepAlive: boolean },
  ): void {
    const stays = keepAlive && !this.#deps.isRetired;
    const { dateLine } = this.#deps;
    this.socket.write(
      ownAnswer(answer, { minor, keepAlive: stays, method: head.method, dateLine }),
    );
    this.trip.answered(answer.status);
    this.finished(stays);
  }

  refuse(): void {
    this.#refuse(400);
  }

  openTunnel(ends: BackendEnd, onClosed: () => void): void {
    const { socket } = this;
    for (const event of ["end", "drain"]) socket.removeAllListeners(event);
    socket.once("close", () => {
      onClosed();
      this.trip.over();
    });
    if (this.#held.length > 0) ends.backend.socket.write(this.#held);
    this.#phase = "over";
    this.#deps.deadlines.delete(this);
    this.#forget();
    this.#deps.openTunnel({ ...ends, client: socket, clientReader: this.#reader });
  }

  #onBytes(bytes: Buffer): void {
    switch (this.#phase) {
      case "waiting":
        this.#read(this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]));
        break;
      case "exchanging": {
        const end = this.#exchange?.onClientBytes(bytes) ?? bytes.length;
        if (end < bytes.length) this.#hold(end === 0 ? bytes : bytes.subarray(end));
        break;
      }
      case "deciding":
      case "flushing":
        this.#hold(bytes);
        break;
      case "lingering":
      case "over":
        break;
      default:
        this.#phase satisfies never;
    }
  }

  /** Whoever hangs up before the answer does not want it: half-closed is taken for gone. */
  #onEnd(): void {
    if (this.#phase === "deciding" || this.#phase === "exchanging") breakOff(this.socket);
    else this.#close();
  }

  #onDrain(): void {
    if (this.#phase === "flushing") this.#next();
    else this.#exchange?.onClientDrain();
  }

  #onClose(): void {
    const isTunnel = this.#phase === "over";
    this.#phase = "over";
    this.#deps.deadlines.delete(this);
    this.#exchange?.abort();
    if (!isTunnel) this.trip.over();
    this.#gone?.abort();
    this.#forget();
  }

  #forget(): void {
    this.#exchange = undefined;
    this.#plan = undefined;
    this.#block = NOTHING;
    this.#held = NOTHING;
  }

  /** `bytes` is all that has come of the next request. */
  #read(bytes: Buffer): void {
    if (this.#readRepeated(bytes)) return;
    const end = findHeadEnd(bytes, 0, this.#deps.limits.maxHeadBytes);
    if (end === "too-large") this.#refuse(431);
    else if (end === "not-yet") this.#awaitRest(bytes);
    else this.#readHead(bytes, end);
  }

  #awaitRest(bytes: Buffer): void {
    const checked = Math.max(0, this.#held.length - 1);
    if (!mayBecomeHead(bytes.toString("latin1", checked), checked === 0)) {
      this.#refuse(400);
      return;
    }
    if (!this.#headHasBegun) {
      this.#headHasBegun = true;
      this.deadlineMs = this.#deps.deadlines.after(this.#deps.limits.headTimeoutMs);
    }
    this.#held = kept(bytes);
  }

  #readHead(bytes: Buffer, end: number): void {
    const parsed = parseRequest(bytes.toString("latin1", 0, end));
    if ("problem" in parsed) {
      this.#refuse(parsed.problem === "too-large" ? 431 : 400);
      return;
    }
    const admitted = admitRequest(parsed, this.#connection);
    if (typeof admitted === "number") {
      this.#refuse(admitted);
      return;
    }
    this.#phase = "deciding";
    this.trip.begin();
    this.trip.about(admitted.head, undefined);
    this.deadlineMs = Number.POSITIVE_INFINITY;
    this.#held = NOTHING;
    if (end < bytes.length) this.#hold(bytes.subarray(end));
    this.#gone ??= new AbortController();
    const block = Buffer.from(bytes.subarray(bytes.indexOf(LINE_FEED) + 1, end));
    this.#deps.gate.decide(admitted.head, this.#gone.signal).then(
      (decision) => this.#obey(admitted, decision, block),
      (error) => this.#fail(error),
    );
  }

  /** The same header lines as the last request's: nothing to parse, and mostly nothing to decide. */
  #readRepeated(bytes: Buffer): boolean {
    const plan = this.#plan;
    if (plan === undefined) return false;
    const block = this.#block;
    const start = bytes.indexOf(LINE_FEED) + 1;
    const end = start + block.length;
    if (bytes.length < end || bytes.compare(block, 0, block.length, start, end) !== 0) return false;
    const line =
      end <= this.#deps.limits.maxHeadBytes && parseRequestLine(bytes.toString("latin1", 0, start));
    if (!line || line.minor !== plan.minor) return false;
    // Of HTTP/1.0 the method tells, too, whether a body must have a length.
    if (line.minor === 0 && line.method !== plan.head.method) return false;
    const repeated = plan.forward.reuse?.again(line.target);
    if (repeated === undefined) return false;
    this.#held = NOTHING;
    const { path, requestId, varying } = repeated;
    const turn = { method: line.method, target: line.target, path, requestId, varying };
    this.trip.begin();
    this.#begin(plan, turn, bytes, end);
    return true;
  }

  #obey(request: AdmittedRequest, decision: Decision, block: Buffer): void {
    if (this.#phase !== "deciding") return;
    if (decision.kind === "answer") {
      this.trip.about(request.head, decision);
      this.#answerInstead(request, decision);
      return;
    }
    let plan: RequestPlan;
    try {
      plan = planRequest(request, decision, this.#deps.pool.of(decision.upstream));
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#plan = undefined;
    if (decision.reuse !== undefined && block.length <= MAX_REMEMBERED_BYTES) {
      this.#plan = plan;
      this.#block = block;
    }
    const held = this.#held;
    this.#held = NOTHING;
    this.#begin(plan, firstTurn(plan), held, 0);
  }

  #answerInstead({ head, framing, parsed, keepAlive }: AdmittedRequest, answer: Answer): void {
    const body = new BodyFollower(framing);
    const end = body.take(this.#held, 0);
    this.#held = end < 0 ? NOTHING : this.#held.subarray(end);
    this.answer(answer, { head, minor: parsed.minor, keepAlive: keepAlive && body.done });
  }

  #begin(plan: RequestPlan, turn: Turn, bytes: Buffer, at: number): void {
    this.#phase = "exchanging";
    this.deadlineMs = Number.POSITIVE_INFINITY;
    if (this.trip.isTold || plan.forward.trace !== undefined)
      this.trip.about(headOf(plan, turn), forwardOf(plan, turn));
    if (this.socket.isPaused()) this.socket.resume();
    const exchange = new Exchange(this.#deps, this, plan, turn);
    this.#exchange = exchange;
    try {
      const end = exchange.start(bytes, at);
      if (end < bytes.length) this.#hold(bytes.subarray(end));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Keeps what belongs to a later request, and ends a connection on which none will follow. */
  #hold(bytes: Buffer): void {
    const held = this.#held;
    this.#held = held.length === 0 ? kept(bytes) : Buffer.concat([held, bytes]);
    if (!this.#mayFollow(held.length)) {
      this.#deps.figures.malformedRequests += 1;
      breakOff(this.socket);
    } else if (this.#held.length > MAX_HELD_BYTES) this.socket.pause();
  }

  #mayFollow(checked: number): boolean {
    const isRequest = this.#phase === "exchanging" && this.#exchange?.isUpgrade === false;
    const { maxHeadBytes } = this.#deps.limits;
    if (!isRequest || checked > maxHeadBytes) return true;
    const end = findHeadEnd(this.#held, 0, maxHeadBytes);
    if (end === "too-large") return false;
    if (end === "not-yet") return mayBecomeHead(this.#held.toString("latin1"), true);
    return !("problem" in parseRequest(this.#held.toString("latin1", 0, end)));
  }

  #next(): void {
    this.deadlineMs = this.#deps.deadlines.after(this.#deps.limits.keepAliveMs);
    if (isHeldBack(this.socket)) {
      this.#phase = "flushing";
      return;
    }
    this.#phase = "waiting";
    this.#headHasBegun = false;
    if (this.socket.isPaused()) this.socket.resume();
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = NOTHING;
    this.#read(held);
  }

  /** An answer to what is not HTTP, or not by its rules. */
  #refuse(status: number): void {
    const { dateLine } = this.#deps;
    const answer = {
      kind: "answer",
      status,
      headers: [["content-length", "0"]],
      body: "",
    } as const;
    this.socket.write(ownAnswer(answer, { minor: 1, keepAlive: false, method: "GET", dateLine }));
    this.trip.refused(status);
    this.trip.over();
    this.#close();
  }

  #fail(error: unknown): void {
    this.#deps.log.error({ err: error }, "request failed");
    breakOff(this.socket);
  }

  /** Sends what is written, and then waits for the client to close too. */
  #close(): void {
    if (this.#phase === "over" || this.#phase === "lingering") return;
    this.#phase = "lingering";
    this.#forget();
    const { deadlines, limits } = this.#deps;
    this.deadlineMs = deadlines.after(limits.keepAliveMs);
    this.socket.end(() => {
      this.deadlineMs = deadlines.after(LINGER_MS);
    });
    this.socket.resume();
  }
}
