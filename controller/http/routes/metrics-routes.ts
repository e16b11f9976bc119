import { Type } from "typebox";
import type { Status } from "../../../src/protocol/backend-state.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { BackendMetrics, MetricsList } from "../../../src/protocol/metrics.ts";
import { STATUSES } from "../../../src/protocol/statuses.ts";
import { followMetrics, metricsOf, metricsOfOne } from "../../backend-streams/backend-metrics.ts";
import {
  hasEnded,
  hasStarted,
  mustReachDrone,
  notAnswered,
  toApiError,
} from "../../backend-streams/backend-stream.ts";
import type { BackendRecord } from "../../store/store.ts";
import { errors } from "../api-errors.ts";
import { callerOf } from "../caller-of.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { eventsOf, NOTHING } from "../openapi/stream-schemas.ts";
import { BackendParams } from "../params.ts";
import { mustReach, namespaceFor } from "../reach.ts";
import { type ServerEvent, streamEvents } from "../stream-events.ts";

const DEFAULT_INTERVAL_SECONDS = 2;
const MAX_LIMIT = 1_000;
const MANY = "too-many-streams";
const RUNNING: readonly Status[] = STATUSES.slice(STATUSES.indexOf("waiting"), -1);
export function metricsRoutes(api: Api, deps: HttpApiDeps): void {
  api.get(
    "/v1/backends/:id/metrics",
    {
      config: { scope: "read", namespaced: true },
      schema: {
        summary: "What a backend uses now",
        params: BackendParams,
        response: {
          200: BackendMetrics,
          ...errors("invalid-request", "not-found", "backend-ended", "not-ready", MANY),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const backend = await mustReach(deps.store, request, id);
      mustRun(backend);
      if (!hasStarted(backend)) throw new ApiError("not-ready", `backend ${id} has not started`);
      await mustReachDrone(deps, backend);
      const { gone } = callerOf(reply.raw);
      const metrics = await metricsOfOne(deps, backend, gone).catch((error) => {
        throw toApiError(error);
      });
      if (metrics !== undefined) return metrics;
      mustRun(await mustReach(deps.store, request, id));
      throw notAnswered(backend);
    },
  );
  api.get(
    "/v1/backends/:id/metrics/stream",
    {
      config: { scope: "read", namespaced: true, stream: true },
      schema: {
        summary: "What a backend uses, again and again until it has ended",
        description:
          "Server-sent events without ids, since each stands for itself; the last is named `end`. Waits for a backend that has not started.",
        params: BackendParams,
        querystring: Type.Object(
          {
            interval_seconds: Type.Optional(
              Type.Number({
                minimum: 0.5,
                maximum: 3_600,
                description: `Default: ${DEFAULT_INTERVAL_SECONDS}.`,
              }),
            ),
          },
          { additionalProperties: false },
        ),
        streams: eventsOf({ data: BackendMetrics }, { event: "end", data: NOTHING }),
        response: errors("invalid-request", "not-found", "backend-ended", "unavailable", MANY),
      },
    },
    async (request, reply) => {
      const { query, params } = request;
      const backend = await mustReach(deps.store, request, params.id);
      mustRun(backend);
      await mustReachDrone(deps, backend);
      const { gone } = callerOf(reply.raw);
      const { interval_seconds: seconds = DEFAULT_INTERVAL_SECONDS } = query;
      const samples = followMetrics(deps, backend, Math.round(seconds * 1_000), gone);
      return await streamEvents(reply, serverEvents(samples), deps.clock, gone);
    },
  );
  allMetricsRoute(api, deps);
}

function allMetricsRoute(api: Api, deps: HttpApiDeps): void {
  api.get(
    "/v1/metrics",
    {
      config: { scope: "read", namespaced: true },
      schema: {
        summary: "What all running backends use now",
        description: "Those of drones that do not answer are left out.",
        querystring: Type.Partial(
          Type.Object({
            namespace: Type.String({ description: "The keys' namespace." }),
            drone: Type.String({ description: "The drone's name." }),
            limit: Type.Integer({
              minimum: 1,
              maximum: MAX_LIMIT,
              description: `The newest so many. Default: ${MAX_LIMIT}.`,
            }),
          }),
          { additionalProperties: false },
        ),
        response: { 200: MetricsList, ...errors("invalid-request") },
      },
    },
    async (request, reply) => {
      const { limit = MAX_LIMIT, drone, namespace: wanted } = request.query;
      const namespace = namespaceFor(request, wanted);
      const { backends } = await deps.store.listBackends({
        ...(namespace === undefined ? {} : { namespace }),
        ...(drone === undefined ? {} : { drone }),
        ...{ limit, statuses: RUNNING },
      });
      return { metrics: await metricsOf(deps, backends, callerOf(reply.raw).gone) };
    },
  );
}

function mustRun({ id, state }: BackendRecord): void {
  if (hasEnded(state.status)) throw new ApiError("backend-ended", `backend ${id} has ended`);
}

async function* serverEvents(samples: AsyncIterable<BackendMetrics>): AsyncGenerator<ServerEvent> {
  for await (const data of samples) yield { data };
  yield { event: "end", data: {} };
}
