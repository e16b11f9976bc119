import type { Idleness } from "../../src/protocol/backend.ts";
import { formatCountdown, formatDuration, plural } from "../format/format.ts";

export interface WhyUp {
  /** One sentence for each thing that keeps it up. */
  readonly holders: readonly string[];
  /** Undefined if nothing will end it by itself. */
  readonly end: { readonly because: string; readonly leftMs: number } | undefined;
}

const BECAUSE: Record<NonNullable<Idleness["goes_because"]>, string> = {
  idle: "nobody uses it",
  lifetime: "its lifetime is over",
  drain: "its drone drains",
  lease: "its lease ends and may not be renewed",
  ending: "it is ending",
};

/** `now` is by the database's clock, as the answer's times are. */
export function whyUp(idleness: Idleness, now: number): WhyUp {
  const { goes_at, goes_because } = idleness;
  const end =
    goes_at === null || goes_because === null
      ? undefined
      : { because: BECAUSE[goes_because], leftMs: Math.max(0, goes_at - now) };
  return { holders: holdersOf(idleness, now), end };
}

function holdersOf(idleness: Idleness, now: number): string[] {
  const { held_by, idle_since, max_idle_seconds } = idleness;
  const held = held_by.map((holder) => {
    switch (holder.kind) {
      case "connections":
        return `${plural(holder.open, "open connection")} through proxy ${holder.proxy}`;
      case "starting":
        return "it is still starting";
      case "no-idle-limit":
        return "it has no idle limit";
      default:
        return holder satisfies never;
    }
  });
  if (idle_since === null || max_idle_seconds === null) return held;
  const [idle, limit] = [
    formatDuration(now - idle_since),
    formatDuration(max_idle_seconds * 1_000),
  ];
  return [...held, `unused for ${idle} of the ${limit} that it may be`];
}

/** "goes in 4:09, as nobody uses it" */
export function endSentence({ end }: WhyUp): string {
  if (end === undefined) return "Nothing will end it by itself.";
  if (end.leftMs === 0) return `It goes now: ${end.because}.`;
  return `It goes in ${formatCountdown(end.leftMs)}: then ${end.because}.`;
}
