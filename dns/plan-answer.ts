import type { Answer, OptAnswer, Packet, Question } from "dns-packet";
import { findPlace, type Place } from "./find-place.ts";

export interface ServedZone {
  zone: string | undefined;
  nameServer: string | undefined;
}

/** What to say, or whose challenge to look up first. */
export type Plan =
  | { kind: "say"; reply: Reply }
  | { kind: "look-up"; domain: string; question: Question; place: Place };

/** The parts of an answer that are not taken from the question. */
export interface Reply {
  rcode: number;
  /** Whether the name is ours. */
  authoritative: boolean;
  answers: Answer[];
  authorities: Answer[];
}

export const RCODE = {
  ok: 0,
  malformed: 1,
  failed: 2,
  notImplemented: 4,
  refused: 5,
  badVersion: 16,
} as const;

/** What changes with each order must not be remembered for longer. */
const TTL_S = 1;

/**
 * Decides by the question alone. All names within ours exist: who asks for a part of a name first, to
 * tell nobody more than needed, must not hear that there is nothing below.
 */
export function planAnswer(query: Packet, served: ServedZone): Plan {
  const problem = whyNotEven(query);
  if (problem !== undefined) return refusal(problem);
  const [question] = query.questions ?? [];
  const place = question && findPlace(question.name, served.zone);
  if (question === undefined || place === undefined || !isAllowed(question)) {
    return refusal(RCODE.refused);
  }
  if (question.type === "TXT" && place.domain !== undefined) {
    return { kind: "look-up", domain: place.domain, question, place };
  }
  const isApex = question.name.toLowerCase().replace(/\.$/, "") === place.apex;
  return { kind: "say", reply: isApex ? ofApex(question, place, served) : nothing(place, served) };
}

/** What is wrong with a message whatever it asks. */
function whyNotEven(query: Packet): number | undefined {
  if ((query as { opcode?: string }).opcode !== "QUERY") return RCODE.notImplemented;
  const opts = optsOf(query);
  if (query.questions?.length !== 1 || opts.length > 1) return RCODE.malformed;
  return (opts[0]?.ednsVersion ?? 0) > 0 ? RCODE.badVersion : undefined;
}

function isAllowed(question: Question): boolean {
  return question.class === "IN" && !["AXFR", "IXFR"].includes(question.type);
}

function ofApex({ type, name }: Question, place: Place, served: ServedZone): Reply {
  if (type === "SOA") return saying([soaOf(name, place, served)]);
  if (type === "NS" && served.nameServer !== undefined) {
    return saying([{ type: "NS", name, ttl: TTL_S, data: served.nameServer }]);
  }
  return nothing(place, served);
}

/** The texts at the name that was asked for. */
export function textsReply(
  { name }: Question,
  place: Place,
  served: ServedZone,
  values: readonly string[],
): Reply {
  if (values.length === 0) return nothing(place, served);
  return saying(values.map((data): Answer => ({ type: "TXT", name, ttl: TTL_S, data })));
}

export function refused(rcode: number): Reply {
  return { rcode, authoritative: false, answers: [], authorities: [] };
}

export function optsOf(packet: Packet): OptAnswer[] {
  return (packet.additionals ?? []).filter((record) => record.type === "OPT");
}

/** The name exists, but has nothing of the kind. */
function nothing(place: Place, served: ServedZone): Reply {
  const authorities = [soaOf(place.apex, place, served)];
  return { rcode: RCODE.ok, authoritative: true, answers: [], authorities };
}

function saying(answers: Answer[]): Reply {
  return { rcode: RCODE.ok, authoritative: true, answers, authorities: [] };
}

function refusal(rcode: number): Plan {
  return { kind: "say", reply: refused(rcode) };
}

function soaOf(name: string, { apex }: Place, { nameServer }: ServedZone): Answer {
  return {
    type: "SOA",
    name,
    ttl: TTL_S,
    data: {
      mname: nameServer ?? apex,
      rname: `hostmaster.${apex}`,
      serial: 1,
      refresh: 3_600,
      retry: 600,
      expire: 86_400,
      minimum: TTL_S,
    },
  };
}
