import { eventsOf, type HistoryEvent, type Visit } from "../history.ts";
import type { Finding } from "./finding.ts";

/** A client forges an `x-verified-*` header: one reached the backend that is not its token's. */
export function noForgery(history: readonly HistoryEvent[]): Finding {
  const visits = eventsOf(history, "visit");
  return {
    rule: "a client forges an x-verified-* header",
    checked: visits.length,
    violations: visits.flatMap((visit) => {
      const wrong = forged(visit);
      if (wrong.length === 0) return [];
      const what = `${visit.proxy}: ${wrong.join(", ")} reached ${visit.answered.backend}`;
      return [{ t: visit.t, what, backends: [visit.answered.backend] }];
    }),
  };
}

function forged({ verified, expected }: Visit): string[] {
  const meant: Record<string, string | undefined> = {
    "x-verified-username": expected.user,
    "x-verified-user-data": expected.auth,
    "x-verified-backend": expected.backend,
  };
  const missing = Object.keys(meant).filter((name) => verified[name] !== meant[name]);
  const folded = Object.entries(verified).filter(
    ([name, value]) => !name.startsWith("x-verified-") || /forged/.test(value),
  );
  return [
    ...missing.map((name) => `${name}: ${verified[name]}`),
    ...folded.map(([name, value]) => `${name}: ${value}`),
  ];
}
