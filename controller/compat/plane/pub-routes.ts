import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { ApiError } from "../../../src/protocol/errors.ts";
import { BackendId } from "../../../src/protocol/ids.ts";
import { callerOf } from "../../http/caller-of.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { type ServerEvent, streamEvents } from "../../http/stream-events.ts";
import type { TimelineRecord } from "../../store/store.ts";
import { timelineEntries } from "../../timeline-entries.ts";
import { type PlaneStatus, presentEntry } from "./present.ts";

const config = { scope: "public" } as const;
const onRequest = async (_request: unknown, reply: FastifyReply) => {
  reply.header("access-control-allow-origin", "*");
};
const forAnybody = { config, onRequest, schema: { hide: true } };
const ofOne = { ...forAnybody, schema: { hide: true, params: Type.Object({ id: BackendId }) } };

/** For anybody, browsers on any page included. */
export function pubRoutes(api: Api, deps: HttpApiDeps): void {
  for (const path of ["/pub/health", "/pub/b/:id/status", "/pub/b/:id/status-stream"]) {
    api.options(path, forAnybody, async (_request, reply) => {
      reply.header("access-control-allow-methods", "GET,POST");
      reply.header("access-control-allow-headers", "content-type,last-event-id");
      await reply.code(204).send();
    });
  }
  api.get("/pub/health", forAnybody, async () => {
    await deps.store.ping();
    return { status: "ok" };
  });
  api.get("/pub/b/:id/status", ofOne, async ({ params: { id } }): Promise<PlaneStatus> => {
    const { state, statusAt } = await mustExist(deps, id);
    return presentEntry({ state, at: statusAt });
  });
  const asStream = { ...ofOne, config: { ...config, stream: true } };
  api.get("/pub/b/:id/status-stream", asStream, async ({ params: { id }, headers }, reply) => {
    await mustExist(deps, id);
    const last = headers["last-event-id"];
    // There is nothing more to come: this is how a browser is told not to ask again.
    if (last === "terminated") return await reply.code(204).send();
    const signal = callerOf(reply.raw).gone;
    const entries = timelineEntries(deps, id, String(last ?? ""), signal);
    return streamEvents(reply, events(entries), deps.clock, signal);
  });
}

async function* events(entries: AsyncIterable<TimelineRecord>): AsyncGenerator<ServerEvent> {
  for await (const entry of entries) yield { id: entry.status, data: presentEntry(entry) };
}

async function mustExist({ store }: Pick<HttpApiDeps, "store">, id: BackendId) {
  const backend = await store.getBackend(id);
  if (backend === undefined) throw new ApiError("not-found", "Backend does not exist");
  return backend;
}
