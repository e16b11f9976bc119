import { Type } from "typebox";
import { Nullable } from "./nullable.ts";

export const NextCursor = Nullable(
  Type.String({ description: "Asks for the page after this one. Null: there is none." }),
);
