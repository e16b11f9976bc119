import { ApiError } from "../../src/protocol/errors.ts";
import type { LogItem, LogsRequest } from "../../src/protocol/stream-messages.ts";
import type { BackendRecord } from "../store/store.ts";
import { StreamFailure } from "../streams/stream-failure.ts";
import { waitForBackend } from "../watch-backend.ts";
import {
  type BackendStreamDeps,
  backendStream,
  hasEnded,
  hasStarted,
  mustReachDrone,
} from "./backend-stream.ts";

export type LogsQuery = Omit<LogsRequest, "kind" | "backend_id">;

/** A line, with its place where it has one to resume after. */
export type ToldLine = Omit<LogItem, "place"> & { place?: string };

export interface BackendLogs {
  /** `last-lines`: the container is gone, and only what was kept of a failure is left. */
  source: "runtime" | "last-lines";
  lines: AsyncIterable<readonly ToldLine[]>;
}

/** For the state of what has ended to be known here. */
const END_PATIENCE_MS = 10_000;

/** What a backend has printed. Rejects if it has ended and nothing is left, or if its drone is away. */
export async function openLogs(
  deps: BackendStreamDeps,
  backend: BackendRecord,
  query: LogsQuery,
  signal: AbortSignal,
): Promise<BackendLogs> {
  if (hasEnded(backend.state.status)) return await ofEnded(deps, backend, query, signal);
  if (!query.follow && !hasStarted(backend)) return { source: "runtime", lines: nothing() };
  await mustReachDrone(deps, backend);
  const lines = ofLive(deps, backend, query, signal);
  return { source: "runtime", lines: query.follow ? lines : await begun(lines) };
}

async function* ofLive(
  deps: BackendStreamDeps,
  backend: BackendRecord,
  query: LogsQuery,
  signal: AbortSignal,
): AsyncGenerator<readonly ToldLine[]> {
  const { id } = backend;
  let after = query.after;
  const openedMs = deps.clock.monotonicMs();
  const left = (): LogsRequest => ({
    ...query,
    ...aged(query.since, deps.clock.monotonicMs() - openedMs),
    ...(after !== undefined && { after }),
    kind: "logs",
    backend_id: id,
  });
  try {
    for await (const items of backendStream(deps, id, left, signal)) {
      const lines = items as LogItem[];
      after = lines.at(-1)?.place ?? after;
      yield lines;
    }
  } catch (error) {
    if (!isGone(error)) throw error;
    // It was too short for us: what its drone has kept of its end is all there is.
    if (after === undefined) yield await lastWords(deps, backend, query, signal);
  }
}

function aged(since: LogsQuery["since"], byMs: number): Pick<LogsQuery, "since"> {
  if (since === undefined) return {};
  return { since: "at" in since ? since : { age_ms: since.age_ms + byMs } };
}

async function ofEnded(
  deps: BackendStreamDeps,
  backend: BackendRecord,
  query: LogsQuery,
  signal: AbortSignal,
): Promise<BackendLogs> {
  try {
    const what = { ...query, kind: "logs", backend_id: backend.id, follow: false } as const;
    const frames = deps.streams.read(backend.drone, what, signal);
    return { source: "runtime", lines: await begun(frames as AsyncGenerator<LogItem[]>) };
  } catch (error) {
    if (!(error instanceof StreamFailure)) throw error;
  }
  // Whoever has read lines by their places has read these, which have none.
  if (query.after !== undefined) return { source: "runtime", lines: nothing() };
  const lines = linesKept(backend, query);
  if (lines.length > 0) return { source: "last-lines", lines: one(lines) };
  throw new ApiError("backend-ended", `backend ${backend.id} has ended, and its log went with it`);
}

async function lastWords(
  deps: BackendStreamDeps,
  { id }: BackendRecord,
  query: LogsQuery,
  signal: AbortSignal,
): Promise<ToldLine[]> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(END_PATIENCE_MS)]);
  const ended = await waitForBackend(deps, id, ({ state }) => hasEnded(state.status), patience);
  return ended === undefined ? [] : linesKept(ended, query);
}

/** Of both outputs: which one a line was printed to was not kept. */
function linesKept({ state }: BackendRecord, { tail }: LogsQuery): ToldLine[] {
  const kept = state.status === "terminated" ? (state.log_tail ?? []) : [];
  const texts = tail === undefined ? kept : kept.slice(Math.max(kept.length - tail, 0));
  return texts.map((text) => ({ at: null, stream: "stdout", text }));
}

function isGone(error: unknown): boolean {
  return error instanceof StreamFailure && error.code === "not-there";
}

/** The same once its first part is there, or has failed. */
async function begun<T>(parts: AsyncGenerator<T>): Promise<AsyncIterable<T>> {
  const first = await parts.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* parts;
  })();
}

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value;
}

async function* nothing(): AsyncGenerator<never> {}
