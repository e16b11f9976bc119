import { DrainRequest, Drone, DroneList } from "../../../src/protocol/drone.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { errors } from "../api-errors.ts";
import { actorOf } from "../guard.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { PageQuery, pageOf } from "../page-query.ts";
import { DroneParams } from "../params.ts";
import { presentDrone } from "../present.ts";

const OneDrone = { 200: Drone, ...errors("invalid-request", "not-found") };

export function droneRoutes(api: Api, { store, droneUnhealthyMs }: HttpApiDeps): void {
  const present = async (name: string): Promise<Drone> => {
    const drone = await store.getDrone(name);
    if (drone === undefined) throw new ApiError("not-found", `there is no drone ${name}`);
    return presentDrone(drone, droneUnhealthyMs);
  };
  api.get(
    "/v1/drones",
    {
      config: { scope: "read" },
      schema: {
        summary: "List drones with their health",
        querystring: PageQuery,
        response: { 200: DroneList, ...errors("invalid-request") },
      },
    },
    async ({ query }) => {
      const { items, next } = pageOf(await store.listDrones(), ({ name }) => name, query);
      const drones = items.map((drone) => presentDrone(drone, droneUnhealthyMs));
      return { drones, next_cursor: next };
    },
  );
  api.get(
    "/v1/drones/:name",
    {
      config: { scope: "read" },
      schema: { summary: "One drone", params: DroneParams, response: OneDrone },
    },
    ({ params: { name } }) => present(name),
  );
  api.post(
    "/v1/drones/:name/drain",
    {
      config: { scope: "admin" },
      schema: {
        summary: "Place no more backends on a drone; asking again sets the time anew",
        params: DroneParams,
        body: DrainRequest,
        response: OneDrone,
      },
    },
    async (request) => {
      const { name } = request.params;
      const { terminate_after_seconds: seconds } = request.body;
      const inMs = seconds === undefined ? null : seconds * 1_000;
      await store.drain(name, inMs, actorOf(request));
      return present(name);
    },
  );
  api.post(
    "/v1/drones/:name/undrain",
    {
      config: { scope: "admin" },
      schema: {
        summary: "Place backends on a drone again; what was asked to end meanwhile ends",
        params: DroneParams,
        response: OneDrone,
      },
    },
    async (request) => {
      const { name } = request.params;
      await store.undrain(name, actorOf(request));
      return present(name);
    },
  );
}
