import type { Clock } from "../src/shared/clock.ts";

/**
 * Epoch ms in whole numbers that do not jump while the process lives. Differences within one life of the
 * drone are exact; across a restart they are as good as the machine's clock.
 */
export function steadyTime(clock: Clock): () => number {
  const offsetMs = clock.now() - clock.monotonicMs();
  return () => Math.round(offsetMs + clock.monotonicMs());
}
