import type Docker from "dockerode";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { LogItem } from "../../../src/protocol/stream-messages.ts";
import { RuntimeRefusal, RuntimeUnavailable } from "../runtime.ts";
import type { LogLines, LogQuery } from "../runtime-logs.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { EngineRefusal, isRefusal } from "./engine-refusal.ts";
import { findContainer } from "./find-container.ts";
import { sinceOf } from "./log-places.ts";
import { LogReader } from "./log-reader.ts";

/** The last time of a Date: 275760. */
const MAX_TIME_MS = 8.64e15;

type ReadDeps = Pick<DockerDeps, "engine" | "options">;

export async function readLogs(
  deps: ReadDeps,
  id: BackendId,
  query: LogQuery,
  signal: AbortSignal,
): Promise<LogLines | undefined> {
  const found = await findContainer(deps, id);
  if (found === undefined) return undefined;
  // The Engine refuses to tell neither of its streams.
  if (!query.stdout && !query.stderr) return nothing();
  const open = (wanted: LogQuery) => openIfThere(deps, found.Id, wanted, signal);
  const stream = await open(query);
  return stream && (query.follow ? linesToTheLast(open, stream, query) : linesOf(stream, query));
}

async function* nothing(): AsyncGenerator<never> {}

type Open = (query: LogQuery) => Promise<ByteStream | undefined>;

/** The Engine may stop following before it has told what was printed last: that is read anew. */
async function* linesToTheLast(
  open: Open,
  stream: ByteStream,
  query: LogQuery,
): AsyncGenerator<readonly LogItem[]> {
  let after = query.after;
  for await (const lines of linesOf(stream, query)) {
    after = lines.at(-1)?.place ?? after;
    yield lines;
  }
  const rest = { ...query, follow: false, ...(after !== undefined && { after }) };
  const last = await open(rest);
  if (last !== undefined) yield* linesOf(last, rest);
}

/** Undefined once it is gone, or is being removed. */
async function openIfThere(
  { engine }: ReadDeps,
  container: string,
  query: LogQuery,
  signal: AbortSignal,
): Promise<ByteStream | undefined> {
  try {
    return await engine.call((docker, abortSignal) =>
      openLogs(docker, container, query, AbortSignal.any([signal, abortSignal])),
    );
  } catch (error) {
    if (isRefusal(error, 404, 409)) return undefined;
    throw error instanceof EngineRefusal ? untold(error) : error;
  }
}

/** An Engine that has failed may do better when asked again; one that refuses will not. */
function untold(refusal: EngineRefusal): Error {
  const { statusCode, message } = refusal;
  const isFinal = statusCode < 500 || statusCode === 501;
  return new (isFinal ? RuntimeRefusal : RuntimeUnavailable)(message, { cause: refusal });
}

type ByteStream = AsyncIterable<Buffer>;

/** Not dockerode's own call, which reads all of a log into memory that is not followed. */
function openLogs(
  docker: Docker,
  container: string,
  query: LogQuery,
  abortSignal: AbortSignal,
): Promise<ByteStream> {
  const { follow, stdout, stderr } = query;
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: `/containers/${container}/logs?`,
        method: "GET",
        isStream: true,
        abortSignal,
        statusCodes: { 200: true, 404: "no such container", 409: "being removed", 500: "failed" },
        options: { follow, stdout, stderr, timestamps: true, ...where(query) },
      },
      (error: unknown, stream: unknown) =>
        error === null || error === undefined ? resolve(stream as ByteStream) : reject(error),
    );
  });
}

function where({ after, tail, sinceMs }: LogQuery): object {
  if (after !== undefined) return { since: sinceOf(after) };
  return {
    ...(tail !== undefined && { tail }),
    ...(sinceMs !== undefined && { since: secondsOf(sinceMs) }),
  };
}

/** As the Engine reads it: no sign, no exponent. */
function secondsOf(ms: number): string {
  return (Math.min(Math.max(ms, 0), MAX_TIME_MS) / 1_000).toFixed(3);
}

async function* linesOf(
  stream: ByteStream,
  { after }: LogQuery,
): AsyncGenerator<readonly LogItem[]> {
  const reader = new LogReader(after);
  try {
    for await (const chunk of stream) {
      const lines = reader.push(chunk);
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    throw new RuntimeUnavailable("the log has broken off", { cause: error });
  }
  yield reader.flush();
}
