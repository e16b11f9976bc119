import type { BackendState as TheirState } from "@jamsocket/types";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { BackendId } from "../../../src/protocol/ids.ts";
import { callerOf } from "../../http/caller-of.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { mustGet } from "../../http/reach.ts";
import { type ServerEvent, streamEvents } from "../../http/stream-events.ts";
import type { TimelineRecord } from "../../store/store.ts";
import { timelineEntries } from "../../timeline-entries.ts";
import { presentState } from "./present-state.ts";
import { type V1State, v1States } from "./v1-events.ts";

const config = { scope: "public" } as const;
const schema = { hide: true, params: Type.Object({ id: BackendId }) };
const onRequest = async (_request: unknown, reply: FastifyReply) => {
  reply.header("access-control-allow-origin", "*");
};
const forAnybody = { config, schema, onRequest };

/**
 * Their browser clients take each line that does not begin with `data:` for a mistake, or fail on it: so
 * no ids and no comments, and an empty line is the heartbeat.
 */
export const HEARTBEAT = () => "\n";

type Told = (id: BackendId, entries: AsyncIterable<TimelineRecord>) => AsyncIterable<unknown>;

/** For anybody, browsers on any page included. */
export function statusRoutes(api: Api, deps: HttpApiDeps): void {
  api.get("/v2/backend/:id/status", forAnybody, async ({ params: { id } }): Promise<TheirState> => {
    const { state, statusAt } = await mustGet(deps.store, id);
    return presentState({ state, at: statusAt });
  });
  api.get("/backend/:id/status", forAnybody, async ({ params: { id } }) => {
    await mustGet(deps.store, id);
    let last: V1State | undefined;
    for await (const state of v1States(id, await deps.store.timeline(id))) last = state;
    return last;
  });
  stream(api, deps, "/v2/backend/:id/status", v2States);
  stream(api, deps, "/backend/:id/status", v1States);
}

async function* v2States(_id: BackendId, entries: AsyncIterable<TimelineRecord>) {
  for await (const entry of entries) yield presentState(entry);
}

function stream(api: Api, deps: HttpApiDeps, path: string, told: Told): void {
  const asStream = { ...forAnybody, config: { ...config, stream: true } };
  api.get(`${path}/stream`, asStream, async (request, reply) => {
    const { id } = request.params as { id: BackendId };
    await mustGet(deps.store, id);
    const signal = callerOf(reply.raw).gone;
    const states = told(id, timelineEntries(deps, id, undefined, signal));
    return streamEvents(reply, asEvents(states), deps.clock, signal, HEARTBEAT);
  });
  for (const each of [path, `${path}/stream`]) {
    api.options(each, { config, schema: { hide: true }, onRequest }, async (_request, reply) => {
      reply.header("access-control-allow-headers", "*");
      await reply.code(204).send();
    });
  }
}

export async function* asEvents(told: AsyncIterable<unknown>): AsyncGenerator<ServerEvent> {
  for await (const data of told) yield { data };
}
