import { type Static, Type } from "typebox";
import { NextCursor } from "./next-cursor.ts";

/** A controller of those that share one database. */
export const Controller = Type.Object({
  id: Type.String(),
  version: Type.String(),
  url: Type.String({ description: "Where it says that its API is reached." }),
  started_at: Type.Integer({ description: "Epoch ms, by the database's clock." }),
  last_heartbeat_age_ms: Type.Integer(),
});
export type Controller = Static<typeof Controller>;

export const ControllerList = Type.Object({
  controllers: Type.Array(Controller),
  next_cursor: NextCursor,
});
export type ControllerList = Static<typeof ControllerList>;
