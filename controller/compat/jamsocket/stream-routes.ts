import { Type } from "typebox";
import { ApiError } from "../../../src/protocol/errors.ts";
import { BackendId } from "../../../src/protocol/ids.ts";
import { type BackendLogs, openLogs } from "../../backend-streams/backend-logs.ts";
import { followMetrics } from "../../backend-streams/backend-metrics.ts";
import { hasEnded, mustReachDrone, toApiError } from "../../backend-streams/backend-stream.ts";
import { callerOf } from "../../http/caller-of.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { mustReach } from "../../http/reach.ts";
import { type ServerEvent, streamEvents } from "../../http/stream-events.ts";
import { presentMetrics } from "./present-metrics.ts";
import { asEvents, HEARTBEAT } from "./status-routes.ts";

const toRead = {
  config: { scope: "read", namespaced: true, stream: true },
  schema: { hide: true, params: Type.Object({ id: BackendId }) },
} as const;

/** How often a backend is measured for whoever watches. */
const INTERVAL_MS = 2_000;

export function streamRoutes(api: Api, deps: HttpApiDeps): void {
  api.get("/v2/backend/:id/logs/stream", toRead, async (request, reply) => {
    const backend = await mustReach(deps.store, request, request.params.id);
    const { gone } = callerOf(reply.raw);
    const all = { follow: true, stdout: true, stderr: true };
    const logs = await openLogs(deps, backend, all, gone).catch((error) => {
      throw toApiError(error);
    });
    return await streamEvents(reply, logLines(logs), deps.clock, gone, HEARTBEAT);
  });
  api.get("/v2/backend/:id/metrics/stream", toRead, async (request, reply) => {
    const backend = await mustReach(deps.store, request, request.params.id);
    if (hasEnded(backend.state.status)) {
      throw new ApiError("backend-ended", `the backend ${backend.id} has ended already`);
    }
    await mustReachDrone(deps, backend);
    const drone = await deps.store.getDrone(backend.drone);
    const { gone } = callerOf(reply.raw);
    const samples = followMetrics(deps, backend, INTERVAL_MS, gone);
    const events = asEvents(presentMetrics(backend.cluster, drone?.health ?? null, samples));
    return await streamEvents(reply, events, deps.clock, gone, HEARTBEAT);
  });
}

/** The text alone. A carriage return would end the event's line, so what is between two is an event. */
async function* logLines({ lines }: BackendLogs): AsyncGenerator<ServerEvent> {
  for await (const some of lines) {
    for (const { text } of some) for (const part of text.split("\r")) yield { text: part };
  }
}
