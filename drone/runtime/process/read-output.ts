import { type FileHandle, open } from "node:fs/promises";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { LogItem } from "../../../src/protocol/stream-messages.ts";
import { LineCutter } from "../line-cutter.ts";
import type { LogLines, LogQuery } from "../runtime-logs.ts";
import { findProcess } from "./find-process.ts";
import type { ProcessDeps } from "./process-deps.ts";

type ReadDeps = Pick<ProcessDeps, "options" | "clock">;

const CHUNK_BYTES = 65_536;
const POLL_MS = 50;
const LINE_FEED = 0x0a;

/**
 * The lines of the file that both of an app's streams go to, all of them as stdout and without times. A
 * line's place is that of its end in the file.
 */
export async function readOutput(
  deps: ReadDeps,
  id: BackendId,
  query: LogQuery,
  signal: AbortSignal,
): Promise<LogLines | undefined> {
  const found = await findProcess(deps, id);
  if (found === undefined) return undefined;
  const file = await open(found.folder.outputPath, "r").catch(() => undefined);
  if (file === undefined) return nothing();
  return linesOf({ ...deps, file, id }, query, signal);
}

async function* nothing(): AsyncGenerator<never> {}

interface Source extends ReadDeps {
  file: FileHandle;
  id: BackendId;
}

async function* linesOf(
  source: Source,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<readonly LogItem[]> {
  await using file = source.file;
  if (!query.stdout) return;
  const cutter = new LineCutter();
  let place = await beginOf(file, query);
  const itemOf = ({ text, bytes }: { text: string; bytes: number }): LogItem => {
    place += bytes;
    return { at: null, stream: "stdout", text, place: String(place) };
  };
  for await (const chunk of chunksOf(source, place, query.follow, signal)) {
    const lines = cutter.push(chunk).map(itemOf);
    if (lines.length > 0) yield lines;
  }
  const rest = cutter.flush();
  if (rest !== undefined && !signal.aborted) yield [itemOf(rest)];
}

async function* chunksOf(
  { file, id, ...deps }: Source,
  from: number,
  follow: boolean,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let at = from;
  while (!signal.aborted) {
    // First whether it runs, then what it has printed: what comes last is read, too.
    const isRunning = follow && (await findProcess(deps, id))?.sight.state === "running";
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    if (!isRunning) return;
    await deps.clock.sleep(POLL_MS, signal).catch(() => undefined);
  }
}

async function beginOf(file: FileHandle, { after, tail }: LogQuery): Promise<number> {
  const { size } = await file.stat();
  if (after !== undefined) return Math.min(size, Number(after.split(".")[0]));
  return tail === undefined ? 0 : await beginOfTail(file, size, tail);
}

/** Where the last so many lines begin, looked for from the end. */
async function beginOfTail(file: FileHandle, size: number, lines: number): Promise<number> {
  if (lines === 0) return size;
  let left = lines;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    for (let index = buffer.length - 1; index >= 0; index -= 1) {
      const isLastEnd = start + index === size - 1;
      if (buffer[index] !== LINE_FEED || isLastEnd) continue;
      left -= 1;
      if (left === 0) return start + index + 1;
    }
    end = start;
  }
  return 0;
}
