import { type Static, Type } from "typebox";
import { BackendId } from "./ids.ts";
import { Nullable } from "./nullable.ts";

const Bytes = Type.Integer({ minimum: 0, description: "Bytes." });
const Total = Type.Integer({ minimum: 0, description: "Bytes since its start." });

/** What a backend uses at one moment. What its runtime cannot tell is null. */
export const BackendMetrics = Type.Object({
  backend_id: BackendId,
  at: Type.Integer({ description: "Epoch ms, by the drone's clock." }),
  cpu: Nullable(Type.Number({ minimum: 0, description: "Cores in use: 0.5 is half of one." })),
  cpu_limit: Nullable(Type.Number({ description: "Cores it may use. Null: no limit." })),
  memory_bytes: Nullable(Bytes),
  memory_limit_bytes: Nullable(Bytes),
  pids: Nullable(Type.Integer({ minimum: 0 })),
  network_received_bytes: Nullable(Total),
  network_sent_bytes: Nullable(Total),
  disk_read_bytes: Nullable(Total),
  disk_written_bytes: Nullable(Total),
  open_connections: Type.Integer({ minimum: 0, description: "Requests in flight and WebSockets." }),
});
export type BackendMetrics = Static<typeof BackendMetrics>;

/** The latest of many backends at once, for `hangar top`. */
export const MetricsList = Type.Object({ metrics: Type.Array(BackendMetrics) });
export type MetricsList = Static<typeof MetricsList>;
