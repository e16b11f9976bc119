import type { Colors } from "picocolors/types.js";
import type { Idleness } from "../../protocol/backend.ts";
import { formatAge, formatDuration, formatSeconds } from "./format-duration.ts";
import { type Fact, renderFacts } from "./render-facts.ts";
import { statusText } from "./status-text.ts";

/** What holds a backend up, when it will go and why: in words, and in times from now on. */
export function renderIdleness(idleness: Idleness, colors: Colors): string {
  return [
    `${colors.bold(idleness.backend_id)}  ${statusText(idleness.status, colors)}`,
    `  ${verdict(idleness)}`,
    "",
    renderFacts(facts(idleness), colors),
  ].join("\n");
}

function verdict(idleness: Idleness): string {
  const { goes_at, goes_because, held_by, now } = idleness;
  if (goes_at === null || goes_because === null) {
    return held_by.some(({ kind }) => kind === "no-idle-limit")
      ? "Nothing ends it by itself."
      : "Nothing ends it as long as it is held up.";
  }
  if (goes_because === "ending") return `It is ending, for ${formatAge(now - goes_at)}.`;
  if (goes_because === "ended") return `It ended ${formatAge(now - goes_at)} ago.`;
  const when = goes_at <= now ? "at any moment" : `in ${formatDuration(goes_at - now)}`;
  return `It is asked to end ${when}: ${BECAUSE[goes_because]}.`;
}

const BECAUSE: Record<Exclude<Idleness["goes_because"], "ending" | "ended" | null>, string> = {
  idle: "nobody uses it",
  lifetime: "its lifetime is over then",
  drain: "its drone is being drained",
  lease: "its lease is not renewed, and is over then at the latest",
};

function facts(idleness: Idleness): Fact[] {
  const { held_by, idle_since, max_idle_seconds, now, last_active_at } = idleness;
  const limit = max_idle_seconds === null ? "for ever" : formatSeconds(max_idle_seconds);
  return [
    ["held up by", held_by.flatMap(holder).join("\n")],
    ["idle", idle_since === null ? null : `for ${formatDuration(Math.max(0, now - idle_since))}`],
    ["may be idle", limit],
    ["last active", `${formatAge(now - last_active_at)} ago`],
    ["lifetime", until(idleness.lifetime_ends_at, now)],
    ["drain", until(idleness.drain_ends_at, now)],
  ];
}

function holder(held: Idleness["held_by"][number]): string[] {
  switch (held.kind) {
    case "connections":
      return [
        `${held.open} open ${held.open === 1 ? "connection" : "connections"} through ${held.proxy}`,
      ];
    case "starting":
      return ["its start: the idle clock begins when it is ready"];
    case "no-idle-limit":
      // Told as the limit.
      return [];
    default:
      return held satisfies never;
  }
}

function until(at: number | null, now: number): string | null {
  if (at === null) return null;
  return at <= now ? "is over" : `ends in ${formatDuration(at - now)}`;
}
