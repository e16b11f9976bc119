/**
 * Milliseconds of the machine's monotonic clock, which every process and container of the machine reads
 * alike: what a backend has written of its own time compares with what the harness has seen.
 */
export function monotonicMs(): number {
  return Math.round(Number(process.hrtime.bigint() / 1_000n) / 100) / 10;
}
