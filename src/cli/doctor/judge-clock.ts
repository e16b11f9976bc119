import { type Finding, fail, ok, warn } from "./finding.ts";
import type { ClockSample } from "./sample-clock.ts";

/** Clocks are read in whole milliseconds. */
const GRAIN_MS = 1;
/** How many readings at each end of the window are chosen from. */
const AT_AN_END = 3;
const JUMP_MS = 100;
/** A tenth: what a lease's hard deadline and its expiry leave between them is a sixth. */
const UNBEARABLE_PPM = 100_000;
const STRANGE_PPM = 10_000;

/**
 * Whether a clock runs as fast as this machine's steady one, and without jumps. What it shows matters
 * to nobody; a lease is safe as long as one second is a second to all who count it.
 */
export function judgeClock(name: string, samples: readonly ClockSample[]): Finding {
  const first = quickest(samples.slice(0, AT_AN_END));
  const last = quickest(samples.slice(-AT_AN_END));
  const todo =
    "See to the machine's time service (timedatectl, chronyc tracking) or its hypervisor.";
  const jumpMs = largestJump(samples);
  if (jumpMs > JUMP_MS) return fail(name, `jumped by ${Math.round(jumpMs)} ms`, todo);
  const windowMs = last.steadyMs - first.steadyMs;
  const doubtPpm = ((GRAIN_MS + (first.tripMs + last.tripMs) / 2) / windowMs) * 1e6;
  const ppm = Math.abs((last.readMs - first.readMs) / windowMs - 1) * 1e6;
  const sure = ppm - doubtPpm;
  if (sure > UNBEARABLE_PPM) return fail(name, `runs ${percent(ppm)} off`, todo);
  if (sure > STRANGE_PPM) return warn(name, `runs ${percent(ppm)} off`, todo);
  const bound = Math.ceil(Math.max(ppm, doubtPpm) / 100) * 100;
  return ok(name, `runs true within ${bound} ppm, without jumps`);
}

/** The reading that leaves the least doubt of its moment. */
function quickest(samples: readonly ClockSample[]): ClockSample {
  return samples.reduce((best, sample) => (sample.tripMs < best.tripMs ? sample : best));
}

/** Beyond what slow readings explain. */
function largestJump(samples: readonly ClockSample[]): number {
  const jumps = samples.slice(1).map((sample, index) => {
    const before = samples[index] ?? sample;
    const difference = sample.readMs - before.readMs - (sample.steadyMs - before.steadyMs);
    return Math.abs(difference) - (sample.tripMs + before.tripMs) / 2;
  });
  return Math.max(0, ...jumps);
}

function percent(ppm: number): string {
  return `${(ppm / 10_000).toFixed(1)} %`;
}
