const FIRST_MS = 250;
const LONGEST_MS = 10_000;
/** So that not all clients of a proxy that went away come in the same moment. */
const SPREAD_MS = 200;

/** How long to wait after so many failures in a row; `random` is from 0 to 1. */
export function reconnectDelayMs(failures: number, random: number, longestMs = LONGEST_MS): number {
  if (failures === 0) return random * SPREAD_MS;
  const longest = Math.min(FIRST_MS * 2 ** (failures - 1), longestMs);
  return longest * (0.5 + random / 2);
}
