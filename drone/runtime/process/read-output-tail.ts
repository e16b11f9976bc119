import { open } from "node:fs/promises";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { boundedLogLines } from "../bounded-log-lines.ts";
import { findProcess } from "./find-process.ts";
import type { ProcessDeps } from "./process-deps.ts";

/** However much an app has printed, no more than its end is read. */
const MAX_TAIL_BYTES = 256 * 1024;

export async function readOutputTail(
  deps: Pick<ProcessDeps, "options">,
  id: BackendId,
  count: number,
): Promise<string[]> {
  const found = await findProcess(deps, id);
  if (found === undefined || found.sight.state === "created") return [];
  const text = await readEnd(found.folder.outputPath);
  const lines = text.replace(/\n$/, "").split("\n");
  return boundedLogLines(text === "" ? [] : lines, count);
}

async function readEnd(path: string): Promise<string> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const start = Math.max(0, size - MAX_TAIL_BYTES);
  const { buffer, bytesRead } = await file.read({
    buffer: Buffer.alloc(size - start),
    position: start,
  });
  return buffer.toString("utf8", 0, bytesRead);
}
