import type { Clock } from "../../src/shared/clock.ts";
import { timedCalls } from "../../src/shared/timed-calls.ts";
import type { Journal } from "../journal/journal.ts";
import type { DroneState } from "../open-state.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Figures } from "./figures.ts";

/** These go on for as long as somebody wants them. */
const ENDLESS: readonly string[] = ["watch"] satisfies (keyof Runtime)[];
/** What changes the journal; the rest reads. */
const WRITES: readonly string[] = [
  "insert",
  "save",
  "forget",
  "giveUp",
  "refuse",
  "saveLease",
  "acknowledge",
  "tidy",
] satisfies (keyof Journal)[];
const REFUSALS: readonly string[] = ["refuse", "giveUp"] satisfies (keyof Journal)[];

interface Parts {
  clock: Clock;
  figures: Figures;
  runtime: Runtime;
  state: DroneState;
}

/** The same parts, but that calls of the runtime and what is written in the journal are counted. */
export function watchParts<P extends Parts>(parts: P): P {
  const { clock, figures, state } = parts;
  const runtime = timedCalls(parts.runtime, clock, (call) => {
    if (!ENDLESS.includes(call.name)) figures.runtimeCall(call);
  });
  const journal = timedCalls(state.journal, clock, (call) => {
    if (WRITES.includes(call.name)) figures.journalWrite(call);
    if (REFUSALS.includes(call.name)) figures.spawnsRefused += 1;
  });
  return { ...parts, runtime, state: { ...state, journal } };
}
