import { AUTHORITATIVE_ANSWER, decode, encode, type Packet, TRUNCATED_RESPONSE } from "dns-packet";
import type { Log } from "../src/shared/log.ts";
import {
  optsOf,
  planAnswer,
  RCODE,
  type Reply,
  refused,
  type ServedZone,
  textsReply,
} from "./plan-answer.ts";

export interface RespondDeps {
  log: Log;
  served: ServedZone;
  /** What stands at a domain's challenge; rejects if nobody can say. */
  lookUp(domain: string): Promise<readonly string[]>;
}

const HEADER_BYTES = 12;
const RESPONSE_BIT = 0x8000;
const OPCODE_BITS = 0x7800;
const RECURSION_DESIRED = 0x0100;
/** Beyond it a datagram is fragmented somewhere. Source: DNS flag day 2020. */
const MAX_UDP_BYTES = 1_232;
const LEAST_UDP_BYTES = 512;
const PLAIN_NAME = /^([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$|^\.$/i;

/** The answer to one message; undefined for what deserves none. Never throws. */
export async function respond(
  deps: RespondDeps,
  message: Buffer,
  transport: "udp" | "tcp",
): Promise<Buffer | undefined> {
  // Whoever answers answers can be made to talk to itself.
  if (message.length < HEADER_BYTES || (message.readUInt16BE(2) & RESPONSE_BIT) !== 0)
    return undefined;
  try {
    const query = decode(message);
    // A name of other bytes would not come back as it came.
    if (query.questions?.some(({ name }) => !PLAIN_NAME.test(name))) {
      return bareAnswer(message, RCODE.refused);
    }
    return encodeReply(query, message, await replyTo(deps, query), transport);
  } catch (error) {
    deps.log.debug({ err: error }, "malformed question");
    return bareAnswer(message, RCODE.malformed);
  }
}

async function replyTo({ served, lookUp, log }: RespondDeps, query: Packet): Promise<Reply> {
  const plan = planAnswer(query, served);
  if (plan.kind === "say") return plan.reply;
  const { domain, question, place } = plan;
  try {
    const values = await lookUp(domain);
    log.debug({ domain, values: values.length }, "challenge looked up");
    return textsReply(question, place, served, values);
  } catch (error) {
    log.warn({ err: error, domain }, "challenge cannot be looked up");
    return refused(RCODE.failed);
  }
}

function encodeReply(
  query: Packet,
  message: Buffer,
  reply: Reply,
  transport: "udp" | "tcp",
): Buffer {
  const [opt] = optsOf(query);
  const echoed = message.readUInt16BE(2) & (OPCODE_BITS | RECURSION_DESIRED);
  const packet: Packet = {
    type: "response",
    id: message.readUInt16BE(0),
    flags: echoed | (reply.authoritative ? AUTHORITATIVE_ANSWER : 0) | (reply.rcode & 0xf),
    questions: query.questions ?? [],
    answers: reply.answers,
    authorities: reply.authorities,
    additionals: opt === undefined ? [] : [ownOpt(reply.rcode >> 4)],
  };
  const whole = encode(packet);
  if (transport === "tcp" || whole.length <= udpLimit(opt?.udpPayloadSize)) return whole;
  // Who is told that there is more asks again by TCP.
  const flags = (packet.flags ?? 0) | TRUNCATED_RESPONSE;
  return encode({ ...packet, flags, answers: [], authorities: [] });
}

function ownOpt(extendedRcode: number) {
  return {
    type: "OPT" as const,
    name: "." as const,
    udpPayloadSize: MAX_UDP_BYTES,
    extendedRcode,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
}

function udpLimit(told: number | undefined): number {
  return Math.min(MAX_UDP_BYTES, Math.max(LEAST_UDP_BYTES, told ?? 0));
}

/** A header and nothing else, for what could not be understood. */
function bareAnswer(message: Buffer, rcode: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  message.copy(header, 0, 0, 2);
  const echoed = message.readUInt16BE(2) & (OPCODE_BITS | RECURSION_DESIRED);
  header.writeUInt16BE(RESPONSE_BIT | echoed | rcode, 2);
  return header;
}
