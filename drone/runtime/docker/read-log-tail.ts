import type { BackendId } from "../../../src/protocol/ids.ts";
import { boundedLogLines } from "../bounded-log-lines.ts";
import { demultiplexLog } from "./demultiplex-log.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { isRefusal } from "./engine-refusal.ts";
import { findContainer } from "./find-container.ts";

export async function readLogTail(
  deps: Pick<DockerDeps, "engine" | "options">,
  id: BackendId,
  lines: number,
): Promise<string[]> {
  const found = await findContainer(deps, id);
  if (found === undefined || lines <= 0) return [];
  try {
    const frames = await deps.engine.call((docker, abortSignal) =>
      docker
        .getContainer(found.Id)
        .logs({ stdout: true, stderr: true, tail: lines, abortSignal, follow: false }),
    );
    return boundedLogLines(demultiplexLog(frames), lines);
  } catch (error) {
    if (isRefusal(error, 404)) return [];
    throw error;
  }
}
