import { type Static, Type } from "typebox";

export const Health = Type.Object({
  status: Type.Literal("ok"),
  version: Type.String({ description: "Of the controller that answers." }),
});
export type Health = Static<typeof Health>;
