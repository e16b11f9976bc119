import { eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding } from "./finding.ts";

const ENDING = ["terminating", "hard-terminating", "terminated"];

/** A connect hands out a backend whose end was recorded, or asked for, before the connect was. */
export function nobodyDying(history: readonly HistoryEvent[]): Finding {
  const doomed = new Map<string, number>();
  const doom = (backend: string, t: number) => {
    if (t < (doomed.get(backend) ?? Number.POSITIVE_INFINITY)) doomed.set(backend, t);
  };
  for (const { backend, status, endAsked, t } of eventsOf(history, "row")) {
    if (endAsked || ENDING.includes(status)) doom(backend, t);
  }
  for (const { backend, status, t } of eventsOf(history, "terminate")) {
    if (status === 200) doom(backend, t);
  }
  const answers = eventsOf(history, "connect").filter(({ status }) => status === 200);
  return {
    rule: "a connect hands out a backend that is ending",
    checked: answers.length,
    violations: answers.flatMap(({ t, asked, key, backend, controller }) => {
      const since = doomed.get(backend ?? "");
      if (backend === undefined || since === undefined || since >= asked) return [];
      const what = `${controller} gave ${key} the backend ${backend}, ending for ${Math.round(asked - since)} ms when asked`;
      return [{ t, what, backends: [backend] }];
    }),
  };
}
