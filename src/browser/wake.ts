import type { Unsubscribe } from "./listeners.ts";

/** Coming back to the page or to the network, nobody wants to wait for a pause's end. */
const WAKING = ["online", "pageshow", "focus"] as const;

/**
 * Waits, or less if the page wakes up or `wakeOn` calls what it is given; rejects with the signal's reason once
 * it is aborted.
 */
export function pauseUntilWoken(
  ms: number,
  signal: AbortSignal,
  wakeOn: (wake: () => void) => Unsubscribe = () => () => undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const page = globalThis as unknown as Partial<Pick<EventTarget, "addEventListener">> &
      EventTarget;
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
      for (const type of WAKING) page.removeEventListener?.(type, wake);
      signal.removeEventListener("abort", abandon);
    };
    const wake = () => {
      end();
      resolve();
    };
    const abandon = () => {
      end();
      reject(signal.reason);
    };
    const timer = setTimeout(wake, ms);
    const unsubscribe = wakeOn(wake);
    for (const type of WAKING) page.addEventListener?.(type, wake);
    signal.addEventListener("abort", abandon);
  });
}
