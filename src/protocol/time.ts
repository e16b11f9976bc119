import { Type } from "typebox";

export const EpochMs = Type.Integer({ description: "Epoch ms, by the database's clock." });
