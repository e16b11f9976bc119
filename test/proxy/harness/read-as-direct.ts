import { admitRequest } from "../../../proxy/engines/direct/admit-request.ts";
import { BodyFollower } from "../../../proxy/engines/direct/body-follower.ts";
import {
  answerFraming,
  connectionEntries,
  type Framing,
} from "../../../proxy/engines/direct/body-framing.ts";
import {
  findHeadEnd,
  parseAnswer,
  parseRequest,
} from "../../../proxy/engines/direct/head-parser.ts";
import type { ReadMessage } from "./read-as-node.ts";

const MAX_HEAD_BYTES = 32_768;
const PEER = { peerAddress: "127.0.0.1", secure: false };

type Read = Omit<ReadMessage, "trailers">;

/** How the direct engine reads a connection's bytes, a body split in pieces of any size. */
export function requestsAsDirect(bytes: Buffer, pieceBytes: number): Read[] {
  const whole: Read[] = [];
  let at = 0;
  for (;;) {
    const one = requestAt(bytes, at, pieceBytes);
    if (one === undefined) return whole;
    whole.push(one.read);
    if (!one.goesOn) return whole;
    at = one.end;
  }
}

function requestAt(bytes: Buffer, at: number, pieceBytes: number) {
  const end = findHeadEnd(bytes, at, MAX_HEAD_BYTES);
  if (typeof end === "string") return undefined;
  const head = parseRequest(bytes.toString("latin1", at, end));
  const admitted = "problem" in head ? 400 : admitRequest(head, PEER);
  if (typeof admitted === "number") return undefined;
  const body = followBody(bytes, end, admitted.framing, pieceBytes);
  if (body === undefined) return undefined;
  const { method, target, minor, lines } = admitted.parsed;
  const first = `${method} ${target} 1.${minor}`;
  const read = { first, headers: lines.flat(), body: body.contents };
  return { read, end: body.end, goesOn: admitted.keepAlive };
}

/** The same of one answer; undefined if it is refused or not whole when the connection ends. */
export function answerAsDirect(
  bytes: Buffer,
  method: string,
  pieceBytes: number,
): Read | undefined {
  const end = findHeadEnd(bytes, 0, MAX_HEAD_BYTES);
  if (typeof end === "string") return undefined;
  const head = parseAnswer(bytes.toString("latin1", 0, end));
  if ("problem" in head || head.status === 101) return undefined;
  if (head.status < 200) return answerAsDirect(bytes.subarray(end), method, pieceBytes);
  const framing = answerFraming(head, method);
  if (framing === undefined || connectionEntries(head) === undefined) return undefined;
  const body = followBody(bytes, end, framing, pieceBytes);
  if (body === undefined) return undefined;
  const { minor, status, reason, lines } = head;
  return { first: `1.${minor} ${status} ${reason}`, headers: lines.flat(), body: body.contents };
}

function followBody(bytes: Buffer, from: number, framing: Framing, pieceBytes: number) {
  const follower = new BodyFollower(framing);
  let contents = "";
  let at = from;
  while (!follower.done && at < bytes.length) {
    const pieceEnd = Math.min(bytes.length, at + pieceBytes);
    const chunks: Buffer[] = [];
    const end = follower.take(bytes.subarray(0, pieceEnd), at, chunks);
    if (end < 0) return undefined;
    if (framing.kind === "chunked") contents += Buffer.concat(chunks).toString("latin1");
    else contents += bytes.toString("latin1", at, end);
    at = end;
  }
  return follower.done || framing.kind === "until-close" ? { contents, end: at } : undefined;
}
