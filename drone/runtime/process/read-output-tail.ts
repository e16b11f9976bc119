import type { BackendId } from "../../../src/protocol/ids.ts";
import { boundedLogLines } from "../bounded-log-lines.ts";
import { findProcess } from "./find-process.ts";
import { wholePiece } from "./output/find-line.ts";
import type { Outputs } from "./output/outputs.ts";
import type { ProcessDeps } from "./process-deps.ts";

/** However much an app has printed, no more than its end is read. */
const MAX_TAIL_BYTES = 256 * 1024;

export async function readOutputTail(
  deps: Pick<ProcessDeps, "options"> & { outputs: Outputs },
  id: BackendId,
  count: number,
): Promise<string[]> {
  const found = await findProcess(deps, id);
  if (found === undefined || found.sight.state === "created") return [];
  const output = deps.outputs.of(id, found.folder.path);
  const { oldest, end } = await output.look();
  if (end === oldest) return [];
  const { bytes } = await wholePiece(output, Math.max(oldest, end - MAX_TAIL_BYTES), end);
  const lines = bytes.toString("utf8").replace(/\n$/, "").split("\n");
  return boundedLogLines(lines, count);
}
