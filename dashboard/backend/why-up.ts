import type { Idleness } from "../../src/protocol/backend.ts";
import { formatClock, formatDuration, formatMoment, plural } from "../format/format.ts";

export interface WhyUp {
  /** One sentence for each thing that keeps it up, or will once nothing else does. */
  readonly holders: readonly string[];
  /** Undefined if nothing will end it by itself. */
  readonly end: { readonly cause: Cause; readonly leftMs: number } | undefined;
}

type Cause = NonNullable<Idleness["goes_because"]>;

/** What is to come, and what is said once its time has come. */
const SENTENCES: Record<Cause, { when: (at: string) => string; now: string }> = {
  idle: {
    when: (at) => `It goes at ${at} if nobody uses it until then.`,
    now: "It goes now, as nobody uses it.",
  },
  lifetime: {
    when: (at) => `It goes at ${at}, when its lifetime is over.`,
    now: "It goes now, as its lifetime is over.",
  },
  drain: {
    when: (at) => `It goes at ${at}, as its drone drains.`,
    now: "It goes now, as its drone drains.",
  },
  lease: {
    when: (at) => `It goes at ${at}, when its lease ends, which is not renewed any more.`,
    now: "It goes now, as its lease has ended.",
  },
  ending: { when: () => "It is ending.", now: "It is ending." },
  ended: { when: () => "It has ended.", now: "It has ended." },
};

/** `now` is by the database's clock, as the answer's times are. */
export function whyUp(idleness: Idleness, now: number): WhyUp {
  const { goes_at, goes_because } = idleness;
  const end =
    goes_at === null || goes_because === null
      ? undefined
      : { cause: goes_because, leftMs: Math.max(0, goes_at - now) };
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
    const idle = formatDuration(now - idle_since);
    return [...held, `Unused for ${idle}; the limit is ${limit}.`];
  }
  const isUsed = held_by.some(({ kind }) => kind === "connections");
  return isUsed ? [...held, `Once none is, it may stay unused for ${limit}.`] : held;
}

const HALF_DAY_MS = 43_200_000;

/** "It goes at 14:05:09 if nobody uses it until then.": by the reader's clock, which shows `readerNow`. */
export function endSentence({ end }: WhyUp, readerNow: number): string {
  if (end === undefined) return "Nothing will end it by itself.";
  const { when, now } = SENTENCES[end.cause];
  if (end.leftMs === 0) return now;
  const at = readerNow + end.leftMs;
  return when(end.leftMs < HALF_DAY_MS ? formatClock(at).slice(0, 8) : formatMoment(at));
}
