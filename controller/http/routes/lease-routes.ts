import { Idleness, PreventRenewResponse } from "../../../src/protocol/backend.ts";
import { idleness } from "../../idleness.ts";
import { errors } from "../api-errors.ts";
import { actorOf } from "../guard.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { BackendParams } from "../params.ts";
import { presentLease } from "../present.ts";
import { mustGet, mustReach, noSuchBackend } from "../reach.ts";

/** How long a backend stays, and how its right to its key is taken back. */
export function leaseRoutes(api: Api, { store }: HttpApiDeps): void {
  api.get(
    "/v1/backends/:id/idle",
    {
      config: { scope: "read", namespaced: true },
      schema: {
        summary: "What holds a backend up, and when it will go",
        params: BackendParams,
        response: { 200: Idleness, ...errors("invalid-request", "not-found") },
      },
    },
    async (request) => {
      const { id } = await mustReach(store, request, request.params.id);
      const [record, lease] = await Promise.all([store.idleness(id), store.leaseOf(id)]);
      if (record === undefined) throw noSuchBackend(id);
      return idleness(record, lease);
    },
  );
  api.post(
    "/v1/backends/:id/prevent-renew",
    {
      config: { scope: "admin", namespaced: true },
      schema: {
        summary: "Let a backend's lease run out; asking again changes nothing",
        description:
          "Its drone may not renew it any more: the backend is asked to end at the lease's soft deadline, killed at the hard one, and its key is free once the lease has expired.",
        params: BackendParams,
        response: { 200: PreventRenewResponse, ...errors("invalid-request", "not-found") },
      },
    },
    async (request) => {
      const { id } = await mustReach(store, request, request.params.id);
      await store.preventRenew(id, actorOf(request));
      const [{ state }, lease] = await Promise.all([mustGet(store, id), store.leaseOf(id)]);
      return { backend_id: id, status: state.status, lease: presentLease(lease) };
    },
  );
}
