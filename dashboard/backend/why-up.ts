import type { Idleness } from "../../src/protocol/backend.ts";
import { formatClock, formatDuration, formatMoment, plural } from "../format/format.ts";

export interface WhyUp {
  /** One sentence for each thing that keeps it up, or will once nothing else does. */
  readonly holders: readonly string[];
  /** Undefined if nothing will end it by itself. */
  readonly end: { readonly because: string; readonly leftMs: number } | undefined;
}

const BECAUSE: Record<NonNullable<Idleness["goes_because"]>, string> = {
  idle: "nobody uses it",
  lifetime: "its lifetime is over then",
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
        return `${plural(holder.open, "connection is", "connections are")} open through ${holder.proxy}.`;
      case "starting":
        return "It is still starting.";
      case "no-idle-limit":
        return "It has no idle limit.";
      default:
        return holder satisfies never;
    }
  });
  if (max_idle_seconds === null) return held;
  const limit = formatDuration(max_idle_seconds * 1_000);
  if (idle_since !== null) {
    return [
      ...held,
      `Nobody uses it since ${formatDuration(now - idle_since)}; it may be so for ${limit}.`,
    ];
  }
  const isUsed = held_by.some(({ kind }) => kind === "connections");
  return isUsed ? [...held, `Once none is, it may stay unused for ${limit}.`] : held;
}

const HALF_DAY_MS = 43_200_000;

/** "It goes at 14:05:09, as nobody uses it.": by the reader's clock, which shows `readerNow`. */
export function endSentence({ end }: WhyUp, readerNow: number): string {
  if (end === undefined) return "Nothing will end it by itself.";
  if (end.leftMs === 0) return `It goes now, as ${end.because.replace(/ then$/, "")}.`;
  const at = readerNow + end.leftMs;
  const moment = end.leftMs < HALF_DAY_MS ? formatClock(at).slice(0, 8) : formatMoment(at);
  return `It goes at ${moment}, as ${end.because}.`;
}
