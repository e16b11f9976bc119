import { eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding } from "./finding.ts";

/** What a well-formed connect may be told while everything goes wrong. */
const ALLOWED = [200, 409, 503];

/** A connect fails otherwise than by a refusal that says when to come again. */
export function refusedInOrder(history: readonly HistoryEvent[]): Finding {
  const answers = eventsOf(history, "connect").filter(({ status }) => status !== null);
  return {
    rule: "a connect fails without saying when to come again",
    checked: answers.length,
    violations: answers.flatMap(({ t, key, controller, status, code, retryAfter }) => {
      if (status === null) return [];
      const isMute = status === 503 && retryAfter !== true;
      if (ALLOWED.includes(status) && !isMute) return [];
      const what = `${controller} answered ${key} with ${status} ${code}${isMute ? " without Retry-After" : ""}`;
      return [{ t, what, backends: [] }];
    }),
  };
}
