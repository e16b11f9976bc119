const SLOW_MS = 10_000;

/** Waits for a task, and tells every few seconds for how long; rejects with the signal's reason once it is aborted. */
export async function patiently<T>(
  task: Promise<T>,
  onSlow: (waitedMs: number) => void,
  signal: AbortSignal,
): Promise<T> {
  const startMs = performance.now();
  const timer = setInterval(() => onSlow(performance.now() - startMs), SLOW_MS);
  let abandon = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abandon = () => reject(signal.reason);
    if (signal.aborted) abandon();
    signal.addEventListener("abort", abandon);
  });
  try {
    return await Promise.race([task, aborted]);
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", abandon);
  }
}
