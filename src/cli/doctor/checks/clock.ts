import { ok } from "../finding.ts";
import { judgeClock } from "../judge-clock.ts";
import type { Check } from "../run-checks.ts";
import { sampleClock } from "../sample-clock.ts";

const HINT_FROM_MS = 5_000;

/** This machine's wall clock, which a controller with SQLite takes for its database's. */
export const clock: Check = {
  name: "clock",
  async run({ clock, signal, health }) {
    const beganAt = clock.now();
    const [samples, reply] = await Promise.all([
      sampleClock(clock, () => clock.now(), signal),
      health(),
    ]);
    const rate = judgeClock("clock", samples);
    const offset = reply.kind === "answered" ? offsetHint(reply.date, beganAt) : undefined;
    return offset === undefined ? [rate] : [rate, ok("time of day", offset)];
  },
};

/** HTTP's dates are whole seconds, and nothing depends on what a clock shows. */
export function offsetHint(theirs: number | undefined, ours: number): string | undefined {
  const offsetMs = theirs === undefined ? 0 : theirs - ours;
  if (Math.abs(offsetMs) < HINT_FROM_MS) return undefined;
  const way = offsetMs > 0 ? "ahead of" : "behind";
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  return `the controller's clock is ${seconds} s ${way} this machine's, which harms nothing`;
}
