import { HangarError } from "./hangar-error.ts";
import { pause } from "./pause.ts";

/** "repeatable": doing it twice is the same as doing it once. */
export type Repeating = "repeatable" | "once";

const MAX_RETRIES = 2;
const FIRST_PAUSE_MS = 100;
const PAUSE_FACTOR = 3;
/** Whoever is asked to wait for longer, as while the database is away, hears so at once and decides alone. */
const LONGEST_RETRY_AFTER_SECONDS = 2;

/** How long to wait before the same request is sent again; undefined: not at all. */
export function retryPauseMs(
  error: unknown,
  repeating: Repeating,
  retriesDone: number,
): number | undefined {
  if (!(error instanceof HangarError) || retriesDone >= MAX_RETRIES) return undefined;
  if (!mayRepeat(error, repeating)) return undefined;
  const { retryAfterSeconds } = error;
  if (retryAfterSeconds === undefined) return FIRST_PAUSE_MS * PAUSE_FACTOR ** retriesDone;
  return retryAfterSeconds <= LONGEST_RETRY_AFTER_SECONDS ? retryAfterSeconds * 1_000 : undefined;
}

function mayRepeat(error: HangarError, repeating: Repeating): boolean {
  if (error.code === "unsendable") return false;
  if (error.neverSent) return true;
  if (repeating === "once") return false;
  if (error.code === "unexpected-answer") return [502, 503, 504].includes(error.status ?? 0);
  return error.code === "unreachable" || error.code === "unavailable";
}

/** Each attempt is told whether an earlier one may have done already what it asked for. */
export async function withRetries<T>(
  repeating: Repeating,
  signal: AbortSignal | undefined,
  attempt: (mayBeDone: boolean) => Promise<T>,
): Promise<T> {
  let mayBeDone = false;
  for (let retriesDone = 0; ; retriesDone += 1) {
    try {
      return await attempt(mayBeDone);
    } catch (error) {
      mayBeDone ||= !(error as Partial<HangarError>).neverSent;
      const pauseMs = retryPauseMs(error, repeating, retriesDone);
      if (pauseMs === undefined) throw error;
      await pause(pauseMs, signal);
    }
  }
}
