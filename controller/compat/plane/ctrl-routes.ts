import { Type } from "typebox";
import type { TerminationKind } from "../../../src/protocol/backend-state.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { BackendId } from "../../../src/protocol/ids.ts";
import { reaches } from "../../access/rights.ts";
import { connect } from "../../connect/connect.ts";
import { connectorOf } from "../../http/connector-of.ts";
import { actorOf, rightsOf } from "../../http/guard.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { mustReach } from "../../http/reach.ts";
import { takeAnyBody } from "../any-body.ts";
import { clusterState } from "./cluster-state.ts";
import { presentConnect } from "./present.ts";
import { PlaneConnect, toConnectRequest } from "./to-connect-request.ts";

const hide = true;

export function ctrlRoutes(api: Api, deps: HttpApiDeps): void {
  const forAnyKey = { config: { scope: "any", namespaced: true }, schema: { hide } } as const;
  api.get("/ctrl/status", forAnyKey, async () => {
    await deps.store.ping();
    return { status: "ok", version: deps.version, hash: "" };
  });
  api.post(
    "/ctrl/connect",
    { config: { scope: "connect", namespaced: true }, schema: { hide, body: PlaneConnect } },
    async (request, reply) => {
      const asked = toConnectRequest(request.body);
      const response = await connect(deps.connect, asked, connectorOf(request, reply));
      return presentConnect(response, deps.connect.publicUrl());
    },
  );
  void api.register((scope, _options, done) => {
    takeAnyBody(scope);
    terminateRoute(scope, deps, "soft");
    terminateRoute(scope, deps, "hard");
    done();
  });
  // Plane's server has the one, and its client calls the other.
  revokeRoute(api, deps, "/ctrl/b/revoke", "Token revoked successfully");
  revokeRoute(api, deps, "/ctrl/revoke", null);
  clusterRoutes(api, deps);
}

const Revoke = Type.Object(
  { backend_id: BackendId, user: Type.String({ maxLength: 1_024 }) },
  { additionalProperties: false },
);

/** One user's tokens of one backend; nothing that fits them is as good as revoked. */
function revokeRoute(api: Api, { store }: HttpApiDeps, path: string, answer: string | null): void {
  api.post(
    path,
    { config: { scope: "connect", namespaced: true }, schema: { hide, body: Revoke } },
    async (request, reply) => {
      const { backend_id, user } = request.body;
      const backend = await store.getBackend(backend_id);
      if (backend !== undefined && reaches(rightsOf(request), backend.key.namespace)) {
        await store.revokeTokens(backend_id, user, actorOf(request));
      }
      return await reply.type("application/json").send(JSON.stringify(answer));
    },
  );
}

/** Whatever body there is says nothing; one that has ended already is as good as asked. */
function terminateRoute(api: Api, { store }: HttpApiDeps, kind: TerminationKind): void {
  api.post(
    `/ctrl/b/:id/${kind}-terminate`,
    {
      config: { scope: "connect", namespaced: true },
      schema: { hide, params: Type.Object({ id: BackendId }) },
    },
    async (request, reply) => {
      const { id } = await mustReach(store, request, request.params.id);
      const order = { id, kind, reason: "external", graceSeconds: null } as const;
      await store.terminate(order, actorOf(request));
      return await reply.type("application/json").send("null");
    },
  );
}

function clusterRoutes(api: Api, { store, droneUnhealthyMs }: HttpApiDeps): void {
  api.get(
    "/ctrl/c/:cluster/state",
    {
      config: { scope: "read" },
      schema: { hide, params: Type.Object({ cluster: Type.String() }) },
    },
    async ({ params: { cluster } }) => {
      const [drones, proxies, controllers] = await Promise.all([
        store.listDrones(),
        store.listProxies(),
        store.listControllers(),
      ]);
      const nodes = { drones, proxies, controllers };
      return clusterState(cluster.toLowerCase(), nodes, droneUnhealthyMs);
    },
  );
  api.post(
    "/ctrl/c/:cluster/d/:drone/drain",
    {
      config: { scope: "admin" },
      schema: { hide, params: Type.Object({ cluster: Type.String(), drone: Type.String() }) },
    },
    async (request) => {
      const { params } = request;
      const drone = await store.getDrone(params.drone);
      if (drone?.cluster !== params.cluster.toLowerCase()) {
        throw new ApiError("not-found", "Drone does not exist");
      }
      // A drain of Hangar's own may have a time for its backends to end, which stays.
      if (drone.draining) return { updated: false };
      await store.drain(drone.name, null, actorOf(request));
      return { updated: true };
    },
  );
}
