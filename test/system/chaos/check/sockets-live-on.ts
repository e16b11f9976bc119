import { eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding } from "./finding.ts";
import { spansOf } from "./lives.ts";

/** A socket that lost its backend closes within this time of it. */
const MARGIN_MS = 1_500;

/** A browser's open socket is lost although its proxy was left alone and its backend lived on. */
export function socketsLiveOn(history: readonly HistoryEvent[]): Finding {
  const lost = eventsOf(history, "socket-lost");
  const ends = new Map(spansOf(history).map(({ backend, to }) => [backend, to]));
  const ending = new Map<string, number>();
  for (const { backend, endAsked, status, t } of eventsOf(history, "row")) {
    const isEnding = endAsked || status.includes("terminat");
    if (isEnding && !ending.has(backend)) ending.set(backend, t);
  }
  const faults = eventsOf(history, "fault");
  return {
    rule: "an open socket is lost while its proxy and its backend live on",
    checked: lost.length,
    violations: lost.flatMap(({ t, proxy, backend, code }) => {
      const near = (time: number | undefined) => time !== undefined && time < t + MARGIN_MS;
      const hit = faults.some(
        ({ target, began, until }) =>
          target === proxy && began <= t + MARGIN_MS && until >= t - MARGIN_MS,
      );
      if (hit || near(ends.get(backend)) || near(ending.get(backend))) return [];
      const what = `${proxy} closed a socket to ${backend} with ${code}`;
      return [{ t, what, backends: [backend] }];
    }),
  };
}
