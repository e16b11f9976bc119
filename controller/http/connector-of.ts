import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../connect/connect.ts";
import { callerOf } from "./caller-of.ts";
import { actorOf, rightsOf } from "./guard.ts";

/** Who asks for a backend: how long they wait, where they may reach, and who they are. */
export function connectorOf(
  request: Pick<FastifyRequest, "rights" | "ip">,
  reply: Pick<FastifyReply, "raw">,
): Caller {
  const waiting = callerOf(reply.raw);
  return {
    get traceparent() {
      return waiting.traceparent;
    },
    get gone() {
      return waiting.gone;
    },
    namespace: rightsOf(request).namespace,
    by: actorOf(request),
  };
}
