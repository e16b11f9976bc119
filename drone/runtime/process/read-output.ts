import type { BackendId } from "../../../src/protocol/ids.ts";
import type { LogItem } from "../../../src/protocol/stream-messages.ts";
import { LineCutter } from "../line-cutter.ts";
import type { LogLines, LogQuery } from "../runtime-logs.ts";
import { findProcess } from "./find-process.ts";
import { lineBegin, restOfLine, tailBegin } from "./output/find-line.ts";
import type { Output } from "./output/output.ts";
import type { Outputs } from "./output/outputs.ts";
import type { ProcessDeps } from "./process-deps.ts";

type ReadDeps = Pick<ProcessDeps, "options" | "clock"> & { outputs: Outputs };

const CHUNK_BYTES = 65_536;
const POLL_MS = 50;

/**
 * The lines that an app has printed, its two streams together as stdout, each with the time at which the drone
 * saw it. A line's place is that of its end.
 */
export async function readOutput(
  deps: ReadDeps,
  id: BackendId,
  query: LogQuery,
  signal: AbortSignal,
): Promise<LogLines | undefined> {
  const found = await findProcess(deps, id);
  if (found === undefined) return undefined;
  if (found.sight.state === "created" || !query.stdout) return nothing();
  return linesOf({ ...deps, output: deps.outputs.of(id, found.folder.path), id }, query, signal);
}

async function* nothing(): AsyncGenerator<never> {}

interface Source extends ReadDeps {
  output: Output;
  id: BackendId;
}

async function* linesOf(
  source: Source,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<readonly LogItem[]> {
  const { output } = source;
  const cutter = new LineCutter();
  let place = await beginOf(output, query);
  const itemOf = ({ text, bytes }: { text: string; bytes: number }): LogItem => {
    place += bytes;
    return { at: output.seenAt(place), stream: "stdout", text, place: String(place) };
  };
  let at = place;
  for await (const { place: from, bytes } of piecesOf(source, place, query.follow, signal)) {
    // What lies between was cleared away before it was read, a part of a line with it.
    const cutOff = from > at ? restOfLine(bytes) : 0;
    if (from > at) {
      const rest = cutter.flush();
      if (rest !== undefined) yield [itemOf(rest)];
      place = from + cutOff;
    }
    at = from + bytes.length;
    const lines = cutter.push(bytes.subarray(cutOff)).map(itemOf);
    if (lines.length > 0) yield lines;
  }
  const rest = cutter.flush();
  if (rest !== undefined && !signal.aborted) yield [itemOf(rest)];
}

async function* piecesOf(
  { output, id, ...deps }: Source,
  from: number,
  follow: boolean,
  signal: AbortSignal,
) {
  let at = from;
  while (!signal.aborted) {
    // First whether it runs, then what it has printed: what comes last is read, too.
    const isRunning = follow && (await findProcess(deps, id))?.sight.state === "running";
    const { end } = await output.look();
    while (at < end && !signal.aborted) {
      const piece = await output.read(at, Math.min(CHUNK_BYTES, end - at));
      if (piece.bytes.length === 0) break;
      at = piece.place + piece.bytes.length;
      yield piece;
    }
    if (!isRunning) return;
    await deps.clock.sleep(POLL_MS, signal).catch(() => undefined);
  }
}

/** Where to begin: after a place, else at the later of a time's and the last lines' begin. */
async function beginOf(output: Output, { after, tail, sinceMs }: LogQuery): Promise<number> {
  const span = await output.look();
  if (after !== undefined) {
    const place = Math.min(span.end, Number(after.split(".")[0]));
    return place >= span.oldest ? place : await lineBegin(output, span, span.oldest);
  }
  const since = sinceMs === undefined ? span.oldest : output.beginOf(sinceMs);
  const begin = await lineBegin(output, span, Math.max(since, span.oldest));
  return tail === undefined ? begin : Math.max(begin, await tailBegin(output, span, tail));
}
