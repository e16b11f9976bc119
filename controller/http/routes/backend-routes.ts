import { type Static, Type } from "typebox";
import {
  Backend,
  BackendList,
  TerminateRequest,
  TerminateResponse,
} from "../../../src/protocol/backend.ts";
import type { BackendFilter } from "../../store/store.ts";
import { errors } from "../api-errors.ts";
import { actorOf } from "../guard.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { LabelQuery, StatusQuery, toLabels } from "../list-query.ts";
import { BackendParams } from "../params.ts";
import { presentBackend, presentSummary } from "../present.ts";
import { mustGet, mustReach, namespaceFor } from "../reach.ts";

const ListQuery = Type.Partial(
  Type.Object({
    status: StatusQuery("In one of these statuses. Default: any, ended ones too."),
    state: StatusQuery("Another name of `status`; what either names is listed."),
    key: Type.String({ description: "The key's name." }),
    namespace: Type.String({ description: "The keys' namespace." }),
    drone: Type.String({ description: "The name of the drone that it is, or was, on." }),
    cluster: Type.String({ description: "The cluster's name, in any case." }),
    label: LabelQuery,
    limit: Type.Integer({
      minimum: 1,
      maximum: 1_000,
      default: 100,
      description: "How many at most. Default: 100.",
    }),
    cursor: Type.String({
      pattern: "^[0-9]{1,15}\\.[a-z0-9]{14}$",
      description: "A page's next_cursor.",
    }),
  }),
  { additionalProperties: false },
);

export function backendRoutes(api: Api, { store }: HttpApiDeps): void {
  api.get(
    "/v1/backends",
    {
      config: { scope: "read", namespaced: true },
      schema: {
        summary: "List backends, newest first",
        querystring: ListQuery,
        response: { 200: BackendList, ...errors("invalid-request") },
      },
    },
    async (request) => {
      const namespace = namespaceFor(request, request.query.namespace);
      const filter = {
        ...toFilter(request.query),
        ...(namespace === undefined ? {} : { namespace }),
      };
      const { backends, next } = await store.listBackends(filter);
      return { backends: backends.map(presentSummary), next_cursor: next };
    },
  );
  api.get(
    "/v1/backends/:id",
    {
      config: { scope: "read", namespaced: true },
      schema: {
        summary: "Everything about one backend, with its timeline",
        params: BackendParams,
        response: { 200: Backend, ...errors("invalid-request", "not-found") },
      },
    },
    async (request) => {
      const { id } = request.params;
      const backend = await mustReach(store, request, id);
      const [timeline, openConnections, lease, refusals] = await Promise.all([
        store.timeline(id),
        store.openConnections(id),
        store.leaseOf(id),
        store.refusals(id),
      ]);
      return presentBackend(backend, { timeline, openConnections, lease, refusals });
    },
  );
  api.post(
    "/v1/backends/:id/terminate",
    {
      config: { scope: "connect", namespaced: true },
      schema: {
        summary: "Ask a backend to end; asking again changes nothing",
        params: BackendParams,
        body: TerminateRequest,
        response: { 200: TerminateResponse, ...errors("invalid-request", "not-found") },
      },
    },
    async (request) => {
      const { params, body } = request;
      const { id } = await mustReach(store, request, params.id);
      const kind = body.hard === true ? "hard" : "soft";
      const graceSeconds = body.grace_seconds ?? null;
      const order = { id, kind, reason: "external", graceSeconds } as const;
      await store.terminate(order, actorOf(request));
      const { state } = await mustGet(store, id);
      return { backend_id: id, status: state.status };
    },
  );
}

function toFilter(query: Static<typeof ListQuery>): BackendFilter {
  const { status, state, key, label, cluster, limit = 100, ...rest } = query;
  const statuses = [status ?? [], state ?? []].flat();
  return {
    ...rest,
    limit,
    ...(key === undefined ? {} : { keyName: key }),
    ...(cluster === undefined ? {} : { cluster: cluster.toLowerCase() }),
    ...(statuses.length === 0 ? {} : { statuses }),
    labels: toLabels(label),
  };
}
