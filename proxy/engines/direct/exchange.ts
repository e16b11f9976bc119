import type { Socket } from "node:net";
import type { Answer, Forward, Gate, RequestHead, UpstreamFailure } from "../../engine.ts";
import { IDEMPOTENT } from "../idempotent.ts";
import type { Trip } from "../trip.ts";
import { agreesToUpgrade, isWebSocket } from "../upgrades.ts";
import { type AnswerOutcome, AnswerReader } from "./answer-reader.ts";
import { type BodyFollower, followerOf } from "./body-follower.ts";
import { headerLines } from "./head-text.ts";
import { forwardOf, headOf, type RequestPlan, type Turn } from "./request-plan.ts";
import { rewrittenAgreement } from "./rewrite-answer.ts";
import { requestLine } from "./rewrite-request.ts";
import type { BackendEnd } from "./tunnel.ts";
import type { UpstreamConnection, UpstreamUser } from "./upstream-connection.ts";
import { breakOff, isHeldBack, type Piece, writeTogether } from "./writing.ts";

/** The client's end of an exchange. */
export interface ExchangeClient {
  readonly socket: Socket;
  readonly trip: Trip;
  /** The last answer of this connection is on its way. */
  readonly isLast: boolean;
  readonly dateLine: string;
  /** The backend takes no more for now. */
  holdBack(): void;
  goOn(): void;
  /** The exchange is over, and its answer is written. */
  finished(keepAlive: boolean): void;
  answer(answer: Answer, request: { head: RequestHead; minor: 0 | 1; keepAlive: boolean }): void;
  /** The request's body is not what it says it is, and nothing was answered yet. */
  refuse(): void;
  openTunnel(ends: BackendEnd, onClosed: () => void): void;
}

export interface ExchangeDeps {
  readonly gate: Gate;
  readonly limits: { maxHeadBytes: number };
}

/** One request, from its forwarding to the end of its answer. */
export class Exchange implements UpstreamUser {
  readonly #deps: ExchangeDeps;
  readonly #client: ExchangeClient;
  readonly #plan: RequestPlan;
  readonly #turn: Turn;
  readonly #requestBody: BodyFollower;
  readonly #answer: AnswerReader;
  #upstream: UpstreamConnection | undefined;
  #over = false;

  constructor(deps: ExchangeDeps, client: ExchangeClient, plan: RequestPlan, turn: Turn) {
    this.#deps = deps;
    this.#client = client;
    this.#plan = plan;
    this.#turn = turn;
    this.#requestBody = followerOf(plan.framing);
    this.#answer = new AnswerReader(client, plan, turn.method, deps.limits.maxHeadBytes);
  }

  get forward(): Forward {
    return this.#plan.forward;
  }

  get isUpgrade(): boolean {
    return this.#plan.head.isUpgrade;
  }

  /** Sends the head, and of `bytes` from `at` on what belongs to the body; gives where that ends. */
  start(bytes: Buffer, at: number): number {
    const end = this.#requestBody.take(bytes, at);
    if (end < 0) {
      this.#over = true;
      this.#client.refuse();
      return bytes.length;
    }
    this.#deps.gate.begun(this.#plan.forward.backendId);
    const { head, backend } = this.#plan;
    const upstream = head.isUpgrade ? backend.connect() : backend.take();
    this.#send(upstream, { bytes, from: at, to: end });
    return end;
  }

  /** Gives where in `bytes` the request's body ends; the rest is for whoever comes next. */
  onClientBytes(bytes: Buffer): number {
    if (this.#requestBody.done || this.#upstream === undefined) return 0;
    const end = this.#requestBody.take(bytes, 0);
    if (end < 0) {
      this.#breakOff();
      return bytes.length;
    }
    const { socket } = this.#upstream;
    writeTogether(socket, "", { bytes, from: 0, to: end });
    if (this.#requestBody.done) this.#upstream.awaitAnswer();
    else if (isHeldBack(socket)) this.#client.holdBack();
    return end;
  }

  onClientDrain(): void {
    this.#upstream?.socket.resume();
  }

  /** The client is gone. */
  abort(): void {
    if (this.#over) return;
    this.#end();
    this.#upstream?.destroy();
  }

  onUpstreamBytes(bytes: Buffer): void {
    const outcome = this.#readAnswer(bytes);
    switch (outcome) {
      case "more":
        if (this.#answer.hasBegun) this.#upstream?.answerHasBegun();
        if (isHeldBack(this.#client.socket)) this.#upstream?.socket.pause();
        break;
      case "complete":
        this.#finish();
        break;
      case "malformed":
        this.#fail("broken-answer", new Error("the backend's answer is malformed"));
        break;
      case "switched":
        this.#switch();
        break;
      case "failed":
        break;
      default:
        outcome satisfies never;
    }
  }

  /** Edits that cannot be written are the gate's fault, and must not take all other clients along. */
  #readAnswer(bytes: Buffer): AnswerOutcome | "failed" {
    try {
      return this.#answer.take(bytes, this.#requestBody.done);
    } catch (error) {
      this.#fail("broken-answer", error as Error);
      return "failed";
    }
  }

  onUpstreamEnd(): void {
    if (this.#answer.endWithConnection()) this.#finish();
    else {
      this.#upstream?.destroy();
      this.onUpstreamFailure("broken-answer", new Error("the backend broke off"));
    }
  }

  onUpstreamFailure(kind: UpstreamFailure["kind"], error: Error): void {
    if (kind === "broken-answer" && this.#mayRepeat()) {
      this.#send(this.#plan.backend.connect());
    } else {
      this.#fail(kind, error);
    }
  }

  onUpstreamDrain(): void {
    this.#client.goOn();
  }

  #send(upstream: UpstreamConnection, body?: Piece): void {
    const { method, path, varying } = this.#turn;
    this.#upstream = upstream;
    upstream.workFor(this);
    const head = `${requestLine(method, path)}${this.#plan.lines}${headerLines(varying)}\r\n`;
    writeTogether(upstream.socket, head, body);
    if (this.#requestBody.done) upstream.awaitAnswer();
    else if (isHeldBack(upstream.socket)) this.#client.holdBack();
  }

  /** A pooled connection that its backend has just closed says nothing about the backend. */
  #mayRepeat(): boolean {
    if (this.#upstream?.isReused !== true || this.#answer.hasHeardAnything) return false;
    const { kind } = this.#plan.framing;
    const isBodyless = kind === "none" || (kind === "length" && this.#plan.framing.sizeBytes === 0);
    return isBodyless && IDEMPOTENT.has(this.#turn.method);
  }

  #fail(kind: UpstreamFailure["kind"], error: Error): void {
    if (this.#over) return;
    if (this.#answer.hasBegun) {
      this.#breakOff();
      return;
    }
    const head = headOf(this.#plan, this.#turn);
    const forward = forwardOf(this.#plan, this.#turn);
    const answer = this.#deps.gate.explainFailure(head, forward, { kind, error });
    this.#upstream?.destroy();
    this.#end();
    const { minor, keepAlive } = this.#plan;
    const goesOn = keepAlive && this.#requestBody.done && !head.isUpgrade;
    this.#client.answer(answer, { head, minor, keepAlive: goesOn });
  }

  /** What was cut must not look whole. */
  #breakOff(): void {
    const { hasBegun } = this.#answer;
    this.abort();
    if (hasBegun) breakOff(this.#client.socket);
    else this.#client.refuse();
  }

  #finish(): void {
    const upstream = this.#upstream;
    this.#end();
    const isClean = this.#answer.backendMayGoOn && this.#requestBody.done;
    if (upstream !== undefined && isClean) {
      if (upstream.socket.isPaused()) upstream.socket.resume();
      this.#plan.backend.giveBack(upstream);
    } else upstream?.destroy();
    this.#client.finished(this.#answer.keepAlive && this.#requestBody.done);
  }

  #switch(): void {
    const { agreement, behind } = this.#answer;
    const { head, forward } = this.#plan;
    if (this.#upstream === undefined || agreement === undefined) return;
    if (!head.isUpgrade || !agreesToUpgrade(head, agreement.headers)) {
      this.#fail("broken-answer", new Error("the backend switched to what was not asked for"));
      return;
    }
    writeTogether(this.#client.socket, rewrittenAgreement(agreement, forward.response));
    this.#client.trip.upgraded();
    const isWs = isWebSocket(head);
    const ends = { backend: this.#upstream, forward, isWebSocket: isWs, early: behind };
    this.#client.openTunnel(ends, () => this.#end());
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#deps.gate.ended(this.#plan.forward.backendId);
  }
}
