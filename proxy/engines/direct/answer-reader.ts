import { headerValues } from "../../headers.ts";
import { type BodyFollower, followerOf } from "./body-follower.ts";
import { answerFraming, connectionEntries, keepsAlive } from "./body-framing.ts";
import type { ExchangeClient } from "./exchange.ts";
import { findHeadEnd, type ParsedAnswer, parseAnswer } from "./head-parser.ts";
import { flattened } from "./head-text.ts";
import { type AnswerPlan, MAX_REMEMBERED_BYTES, type RequestPlan } from "./request-plan.ts";
import {
  type ClientFraming,
  clientFraming,
  rewrittenAnswer,
  rewrittenInformation,
} from "./rewrite-answer.ts";
import { type Piece, writeTogether } from "./writing.ts";

/** Hints are few; a backend that sends them without end never answers. */
const MAX_INFORMATION = 32;

type AnsweredClient = Pick<ExchangeClient, "socket" | "isLast" | "dateLine" | "trip">;
export type AnswerOutcome = "more" | "complete" | "malformed" | "switched";

/** Reads one answer off a backend's connection and writes it to the client, rewritten. */
export class AnswerReader {
  readonly #client: AnsweredClient;
  readonly #plan: RequestPlan;
  readonly #method: string;
  readonly #maxHeadBytes: number;
  #partialHead: Buffer | undefined;
  #informationLeft = MAX_INFORMATION;
  #current: AnswerPlan | undefined;
  #body: BodyFollower | undefined;
  #isClean = true;
  /** A 101's head, and what came behind it. */
  agreement: ParsedAnswer | undefined;
  behind: Buffer = Buffer.alloc(0);

  constructor(client: AnsweredClient, plan: RequestPlan, method: string, maxHeadBytes: number) {
    this.#client = client;
    this.#plan = plan;
    this.#method = method;
    this.#maxHeadBytes = maxHeadBytes;
  }

  /** The client has the answer's head. */
  get hasBegun(): boolean {
    return this.#body !== undefined;
  }

  get hasHeardAnything(): boolean {
    return (
      this.hasBegun || this.#partialHead !== undefined || this.#informationLeft < MAX_INFORMATION
    );
  }

  /** Whether the answer promised the client that its connection stays. */
  get keepAlive(): boolean {
    return this.#current?.keepAlive === true;
  }

  /** Whether the backend's connection can be used for another request. */
  get backendMayGoOn(): boolean {
    return this.#isClean && this.#current?.backendKeepsAlive === true;
  }

  take(bytes: Buffer, isRequestComplete: boolean): AnswerOutcome {
    if (this.#body !== undefined) return this.#passBody("", bytes, 0);
    const partial = this.#partialHead;
    this.#partialHead = undefined;
    const all = partial === undefined ? bytes : Buffer.concat([partial, bytes]);
    return this.#readHeads(all, isRequestComplete);
  }

  /** Whether the end of the connection is this answer's end. */
  endWithConnection(): boolean {
    const current = this.#current;
    if (current?.framing.kind !== "until-close") return false;
    if (current.clientFraming === "chunk-it") this.#client.socket.write("0\r\n\r\n", "latin1");
    return true;
  }

  /** Interim answers come before the answer, as many as the backend likes. */
  #readHeads(bytes: Buffer, isRequestComplete: boolean): AnswerOutcome {
    const wantsKeepAlive = this.#plan.keepAlive && isRequestComplete && !this.#client.isLast;
    let outcome: AnswerOutcome | number = 0;
    while (typeof outcome === "number") outcome = this.#readHead(bytes, outcome, wantsKeepAlive);
    return outcome;
  }

  /** One head from `at` on; gives where the next one begins if this was an interim one. */
  #readHead(bytes: Buffer, at: number, wantsKeepAlive: boolean): AnswerOutcome | number {
    const known = this.#plan.answer;
    if (known !== undefined && this.#isRepeated(known, bytes, at, wantsKeepAlive)) {
      return this.#begin(known, bytes, at + known.bytes.length);
    }
    const end = findHeadEnd(bytes, at, this.#maxHeadBytes);
    if (end === "too-large") return "malformed";
    if (end === "not-yet") {
      if (at < bytes.length) this.#partialHead = Buffer.from(bytes.subarray(at));
      return "more";
    }
    const answer = parseAnswer(bytes.toString("latin1", at, end));
    if ("problem" in answer) return "malformed";
    if (answer.status < 200) return this.#inform(answer, bytes, end);
    const plan = this.#planFor(answer, wantsKeepAlive, bytes.subarray(at, end));
    return plan === undefined ? "malformed" : this.#begin(plan, bytes, end);
  }

  #inform(answer: ParsedAnswer, bytes: Buffer, end: number): AnswerOutcome | number {
    if (answer.status === 101) {
      this.agreement = answer;
      this.behind = Buffer.from(bytes.subarray(end));
      return "switched";
    }
    if (this.#informationLeft === 0) return "malformed";
    this.#pass(answer);
    return end;
  }

  #isRepeated(known: AnswerPlan, bytes: Buffer, at: number, keepAlive: boolean): boolean {
    const end = at + known.bytes.length;
    return (
      bytes.length >= end &&
      known.keepAlive === keepAlive &&
      known.isToHead === (this.#method === "HEAD") &&
      bytes.compare(known.bytes, 0, known.bytes.length, at, end) === 0
    );
  }

  /** 100 only to a client that waits for it, and nothing of all this to HTTP/1.0. */
  #pass(information: ParsedAnswer): void {
    this.#informationLeft -= 1;
    const isAwaited = information.status !== 100 || this.#plan.expectsContinue;
    if (this.#plan.minor === 0 || !isAwaited) return;
    this.#client.socket.write(rewrittenInformation(information), "latin1");
  }

  #planFor(answer: ParsedAnswer, wantsKeepAlive: boolean, bytes: Buffer): AnswerPlan | undefined {
    const framing = answerFraming(answer, this.#method);
    const connection = connectionEntries(answer);
    if (framing === undefined || connection === undefined) return undefined;
    const { minor, forward } = this.#plan;
    const forClient = clientFraming(framing, minor);
    const isDelimited = framing.kind === "none" || framing.kind === "length" || minor === 1;
    const keepAlive = wantsKeepAlive && isDelimited;
    const text = rewrittenAnswer(answer, framing, forward.response, { minor, keepAlive });
    const plan: AnswerPlan = {
      bytes: Buffer.from(bytes),
      status: answer.status,
      isToHead: this.#method === "HEAD",
      keepAlive,
      framing,
      clientFraming: forClient,
      text: flattened(text),
      hasDate: headerValues(answer.headers, "date").length > 0,
      backendKeepsAlive:
        framing.kind !== "until-close" &&
        answer.minor === 1 &&
        keepsAlive(1, connection) &&
        !(framing.kind === "none" && this.#method !== "HEAD" && announcesBody(answer)),
    };
    if (forward.reuse !== undefined && bytes.length <= MAX_REMEMBERED_BYTES)
      this.#plan.answer = plan;
    return plan;
  }

  #begin(plan: AnswerPlan, bytes: Buffer, at: number): AnswerOutcome {
    this.#current = plan;
    this.#body = followerOf(plan.framing);
    const head = `${plan.text}${plan.hasDate ? "" : this.#client.dateLine}\r\n`;
    const outcome = this.#passBody(head, bytes, at);
    // Nothing of it was written yet.
    if (outcome === "malformed") this.#body = undefined;
    else this.#client.trip.relayed(plan.status);
    return outcome;
  }

  #passBody(head: string, bytes: Buffer, at: number): AnswerOutcome {
    const body = this.#body;
    const framing = this.#current?.clientFraming;
    if (body === undefined || framing === undefined) return "malformed";
    const contents: Buffer[] | undefined = framing === "unchunk-it" ? [] : undefined;
    const end = body.take(bytes, at, contents);
    if (end < 0) return "malformed";
    if (contents === undefined) this.#write(head, { bytes, from: at, to: end }, framing);
    else this.#write(head, pieceOf(contents), framing);
    if (!body.done) return "more";
    // What comes behind an answer was asked for by nobody.
    if (end < bytes.length) this.#isClean = false;
    return "complete";
  }

  #write(head: string, piece: Piece, framing: ClientFraming): void {
    const { socket } = this.#client;
    const sizeBytes = piece.to - piece.from;
    if (sizeBytes === 0 && head === "") return;
    if (framing === "chunk-it" && sizeBytes > 0) {
      writeTogether(socket, `${head}${sizeBytes.toString(16)}\r\n`, piece, "\r\n");
    } else {
      writeTogether(socket, head, piece);
    }
  }
}

function pieceOf(contents: readonly Buffer[]): Piece {
  const bytes = Buffer.concat(contents);
  return { bytes, from: 0, to: bytes.length };
}

/** An answer that has no body but says that it has: nobody knows what comes behind it. */
function announcesBody({ status, headers }: ParsedAnswer): boolean {
  return headers.some(
    ([name, value]) =>
      name === "transfer-encoding" ||
      (name === "content-length" && value !== "0" && status !== 304),
  );
}
