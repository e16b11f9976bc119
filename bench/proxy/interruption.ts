/** Somebody has asked this process to stop. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The same for those who wait for something else meanwhile. */
  readonly rejection: Promise<never>;
}

/** From the first signal on; a second one ends the process as usual. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const rejection = new Promise<never>((_resolve, reject) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.once(name, () => {
        const reason = new Error(`stopped by ${name}`);
        controller.abort(reason);
        reject(reason);
      });
    }
  });
  rejection.catch(() => undefined);
  return { signal: controller.signal, rejection };
}
