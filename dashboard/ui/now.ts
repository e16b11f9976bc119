import { type ReadonlySignal, signal } from "@preact/signals";

const ticks = signal(0);
let timer: ReturnType<typeof setInterval> | undefined;

/** Grows once a second, for ages and count-downs. Whoever reads it in a component is rendered anew. */
export const second: ReadonlySignal<number> = ticks;

export function startTicking(): () => void {
  timer ??= setInterval(() => {
    if (document.visibilityState === "visible") ticks.value += 1;
  }, 1_000);
  return () => {
    clearInterval(timer);
    timer = undefined;
  };
}
