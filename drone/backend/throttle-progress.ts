import type { PullProgress } from "../../src/protocol/backend.ts";
import type { Clock } from "../../src/shared/clock.ts";

const MIN_INTERVAL_MS = 250;
const MAX_TEXT_LENGTH = 200;

/** Lets at most four messages a second through, and always the first that says it is done. */
export function throttleProgress(
  clock: Clock,
  deliver: (progress: PullProgress) => void,
): (progress: PullProgress) => void {
  let last = { atMs: Number.NEGATIVE_INFINITY, done: false };
  return ({ percent, text }) => {
    const atMs = clock.monotonicMs();
    const done = percent >= 100;
    const isNews = done && !last.done;
    if (atMs - last.atMs < MIN_INTERVAL_MS && !isNews) return;
    last = { atMs, done };
    deliver({
      percent: Math.min(100, Math.max(0, percent)),
      text: text.slice(0, MAX_TEXT_LENGTH),
    });
  };
}
