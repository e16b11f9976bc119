import { type Static, Type } from "typebox";
import { literals } from "./literals.ts";
import { Nullable } from "./nullable.ts";

/** One line that a backend wrote. */
export const LogLine = Type.Object({
  at: Nullable(
    Type.Integer({ description: "Epoch ms, by the drone's clock. Null where it is unknown." }),
  ),
  stream: literals(["stdout", "stderr"]),
  text: Type.String({
    description:
      "Without its line end, as valid UTF-8. A line of more than 16 KiB comes as several.",
  }),
});
export type LogLine = Static<typeof LogLine>;

/** Of an answer with a log: `runtime`, or `last-lines` where that is all that was kept. */
export const LOG_SOURCE_HEADER = "hangar-log-source";
