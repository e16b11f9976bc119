import { Type } from "typebox";

/** The last moment that JavaScript has a date for. */
export const LAST_EPOCH_MS = 8_640_000_000_000_000;

export const EpochMs = Type.Integer({ description: "Epoch ms, by the database's clock." });
