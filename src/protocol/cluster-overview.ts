import { type Static, Type } from "typebox";
import { Nullable } from "./nullable.ts";
import { STATUSES } from "./statuses.ts";

const Count = (description: string) => Type.Integer({ minimum: 0, description });

/** What is attached, and how much of it is in use. */
export const ClusterOverview = Type.Object({
  name: Type.String({ description: "The cluster of spawns that name none." }),
  version: Type.String({ description: "Of the controller that answers." }),
  controllers: Count("Those that share the database."),
  proxies: Type.Object({
    total: Count("Those that are attached."),
    connections: Count("Open to clients, of all proxies."),
    requests_per_second: Type.Number({ minimum: 0 }),
  }),
  drones: Type.Object({
    total: Count("Those that are known."),
    connected: Count("Those whose socket is up."),
    healthy: Count("Those that can be given backends, but for draining."),
    draining: Count("Those that are given no more."),
  }),
  backends: Type.Object({
    live: Count("Those that have not ended."),
    by_status: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
      description: `By ${STATUSES.join(", ")}; without those that are 0, and without what has ended.`,
    }),
  }),
  capacity: Type.Object(
    {
      cpus: Type.Number({ minimum: 0 }),
      cpus_promised: Type.Number({ minimum: 0 }),
      memory_bytes: Type.Integer({ minimum: 0 }),
      memory_bytes_promised: Type.Integer({ minimum: 0 }),
      max_backends: Nullable(Count("Null: a drone has no such limit.")),
    },
    { description: "Of the drones that are healthy." },
  ),
});
export type ClusterOverview = Static<typeof ClusterOverview>;
