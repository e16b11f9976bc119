import { type Static, Type } from "typebox";
import { NodeName } from "./ids.ts";
import { NextCursor } from "./next-cursor.ts";

const Count = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });

/** How busy a proxy is, told with each sign of life. */
export const ProxyLoad = Type.Object({
  connections: Type.Integer({
    ...Count,
    description: "Open connections of clients, idle ones too.",
  }),
  requests_open: Type.Integer({
    ...Count,
    description: "Requests in flight and upgraded connections.",
  }),
  active_backends: Type.Integer({
    ...Count,
    description: "Backends in use, or used since the last sign of life.",
  }),
  requests_per_second: Type.Number({
    minimum: 0,
    description: "Begun since the last sign of life, upgrades included.",
  }),
});
export type ProxyLoad = Static<typeof ProxyLoad>;

/** A proxy that was heard of not long ago. */
export const ConnectedProxy = Type.Object({
  name: NodeName,
  cluster: Type.String(),
  version: Type.String(),
  connected_at: Type.Integer({
    description:
      "Since when it has its connection to a controller; epoch ms, by the database's clock.",
  }),
  last_heard_age_ms: Type.Integer(),
  ...ProxyLoad.properties,
});
export type ConnectedProxy = Static<typeof ConnectedProxy>;

export const ProxyList = Type.Object({
  proxies: Type.Array(ConnectedProxy),
  next_cursor: NextCursor,
});
export type ProxyList = Static<typeof ProxyList>;
