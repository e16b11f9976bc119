/** Ctrl-C is how what goes on is meant to end, and thus no failure. */
export async function untilInterrupted(
  stop: AbortSignal,
  task: () => Promise<void>,
): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}
