import { Type } from "typebox";
import { Drone, DroneList } from "../../../src/protocol/drone.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { NodeName } from "../../../src/protocol/ids.ts";
import { errors } from "../api-errors.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { presentDrone } from "../present.ts";

export function droneRoutes(api: Api, { store, droneUnhealthyMs }: HttpApiDeps): void {
  const security = [{ apiKey: [] }];
  api.get(
    "/v1/drones",
    {
      schema: {
        summary: "List drones with their health",
        response: { 200: DroneList, ...errors() },
        security,
      },
    },
    async () => {
      const drones = await store.listDrones();
      return { drones: drones.map((drone) => presentDrone(drone, droneUnhealthyMs)) };
    },
  );
  api.get(
    "/v1/drones/:name",
    {
      schema: {
        summary: "One drone",
        params: Type.Object({ name: NodeName }),
        response: { 200: Drone, ...errors("invalid-request", "not-found") },
        security,
      },
    },
    async ({ params: { name } }) => {
      const drone = await store.getDrone(name);
      if (drone === undefined) throw new ApiError("not-found", `there is no drone ${name}`);
      return presentDrone(drone, droneUnhealthyMs);
    },
  );
}
