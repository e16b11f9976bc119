import { type Static, Type } from "typebox";
import { literals } from "./literals.ts";
import { Nullable } from "./nullable.ts";

/** One line that a backend wrote. */
export const LogLine = Type.Object({
  at: Nullable(
    Type.Integer({ description: "Epoch ms, by the drone's clock. Null where it is unknown." }),
  ),
  stream: literals(["stdout", "stderr"]),
  text: Type.String({ description: "Without its line end; at most 16 KiB, then it is cut." }),
});
export type LogLine = Static<typeof LogLine>;
