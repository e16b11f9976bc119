import { ClusterOverview } from "../../../src/protocol/cluster-overview.ts";
import { clusterOverview } from "../../cluster-overview.ts";
import { errors } from "../api-errors.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";

export function clusterRoute(api: Api, deps: HttpApiDeps): void {
  const { store, version, droneUnhealthyMs } = deps;
  api.get(
    "/v1/cluster",
    {
      config: { scope: "read" },
      schema: {
        summary: "What is attached, how well it is, and how much of it is in use",
        response: { 200: ClusterOverview, ...errors() },
      },
    },
    async () => {
      const [controllers, proxies, drones, { backends: live }] = await Promise.all([
        store.listControllers(),
        store.listProxies(),
        store.listDrones(),
        store.census(),
      ]);
      const name = deps.connect.defaultCluster;
      return clusterOverview(
        { name, version, controllers, proxies, drones, live },
        droneUnhealthyMs,
      );
    },
  );
}
