import type { Status } from "../../src/protocol/backend-state.ts";
import { ApiError } from "../../src/protocol/errors.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { rank } from "../../src/protocol/statuses.ts";
import type { StreamItem, StreamWhat } from "../../src/protocol/stream-messages.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { BackendRecord } from "../store/store.ts";
import { StreamFailure } from "../streams/stream-failure.ts";
import type { StreamHub } from "../streams/stream-hub.ts";
import { type WatchDeps, waitForBackend } from "../watch-backend.ts";

export interface BackendStreamDeps extends WatchDeps {
  streams: Pick<StreamHub, "read" | "mustReach">;
  clock: Clock;
}

const RETRY_MS = 500;
/** A drone that restarts is back sooner. */
const PATIENCE_MS = 60_000;

/** Its process has been started, if it was not ended before. */
export function hasStarted({ state }: BackendRecord): boolean {
  return rank(state.status) >= rank("waiting");
}

export function hasEnded(status: Status): boolean {
  return status === "terminated";
}

/**
 * What a backend's drone tells of it, from the backend's start on; waits for that. A drone that is lost
 * is waited for, and asked for what is left. Throws StreamFailure `not-there` if there is nothing to
 * ask about, `refused` if it cannot be told, `too-many` if the drone takes no new reader, and `unavailable` if there is nobody to ask
 * for too long.
 */
export async function* backendStream(
  deps: BackendStreamDeps,
  id: BackendId,
  whatIsLeft: () => StreamWhat,
  signal: AbortSignal,
): AsyncGenerator<readonly StreamItem[]> {
  const { clock, streams } = deps;
  let lostMs: number | undefined;
  let isReader = false;
  while (!signal.aborted) {
    const backend = await waitForBackend(deps, id, hasStarted, signal);
    if (backend === undefined || signal.aborted) return;
    try {
      for await (const items of streams.read(backend.drone, whatIsLeft(), signal)) {
        lostMs = undefined;
        isReader = true;
        yield items;
      }
      return;
    } catch (error) {
      lostMs ??= clock.monotonicMs();
      const isPatient = clock.monotonicMs() - lostMs < PATIENCE_MS;
      if (!mayMend(error, backend, isReader) || !isPatient) throw error;
    }
    await clock.sleep(RETRY_MS, signal).catch(() => undefined);
  }
}

/** Who was a reader before the drone was lost may find its place taken, and waits for another. */
function mayMend(error: unknown, { state }: BackendRecord, isReader: boolean): boolean {
  if (!(error instanceof StreamFailure) || hasEnded(state.status)) return false;
  switch (error.code) {
    case "not-there":
    case "refused":
      return false;
    case "too-many":
      return isReader;
    case "unavailable":
    case "lost":
      return true;
    default:
      error.code satisfies never;
      return false;
  }
}

/** Said as an answer, while there is still one to give: 503 if nobody can ask the backend's drone. */
export async function mustReachDrone(
  { streams }: Pick<BackendStreamDeps, "streams">,
  backend: BackendRecord,
): Promise<void> {
  if (!hasStarted(backend)) return;
  await streams.mustReach(backend.drone).catch((error) => {
    throw toApiError(error);
  });
}

export function notAnswered({ drone }: BackendRecord): ApiError {
  return new ApiError("unavailable", `drone ${drone} does not answer`, { retryAfterSeconds: 5 });
}

/** What went wrong on the way, as callers shall see it. */
export function toApiError(error: unknown): unknown {
  if (!(error instanceof StreamFailure)) return error;
  if (error.code === "refused") {
    return new ApiError("invalid-request", `the drone's runtime refuses: ${error.message}`);
  }
  const code = error.code === "too-many" ? "too-many-streams" : "unavailable";
  return new ApiError(code, error.message, { cause: error, retryAfterSeconds: 5 });
}
