import type { Finding, Violation } from "./check/finding.ts";
import { eventsOf, type HistoryEvent } from "./history.ts";

const AROUND_MS = 12_000;
const SHOWN = 5;
const LINES = 40;

/** What was done, what was checked, and each violation with what happened around it. */
export function renderReport(
  history: readonly HistoryEvent[],
  findings: readonly Finding[],
): string {
  return [
    faultTable(history),
    "",
    trafficLine(history),
    "",
    ...findings.map(
      ({ rule, checked, violations }) =>
        `${violations.length === 0 ? "  ok " : "  BAD"} ${String(violations.length).padStart(4)} of ${String(checked).padStart(6)}  ${rule}`,
    ),
    ...findings.flatMap(({ rule, violations }) =>
      violations.slice(0, SHOWN).map((violation) => renderViolation(history, rule, violation)),
    ),
  ].join("\n");
}

function faultTable(history: readonly HistoryEvent[]): string {
  const faults = eventsOf(history, "fault");
  const hows = [...new Set(faults.map(({ how }) => how))].sort();
  const targets = [...new Set(faults.map(({ target }) => target))].sort();
  const count = (target: string, how: string) =>
    faults.filter((fault) => fault.target === target && fault.how === how).length;
  const cell = (value: unknown) => String(value).padStart(8);
  return [
    `${`${faults.length} faults`.padEnd(14)}${hows.map(cell).join("")}`,
    ...targets.map(
      (target) => target.padEnd(14) + hows.map((how) => cell(count(target, how) || "·")).join(""),
    ),
  ].join("\n");
}

function trafficLine(history: readonly HistoryEvent[]): string {
  const connects = eventsOf(history, "connect");
  const given = connects.filter(({ status }) => status === 200);
  const ended = eventsOf(history, "row").filter(({ status }) => status === "terminated");
  const reasons = new Map<string, number>();
  for (const { reason } of ended) {
    reasons.set(String(reason), (reasons.get(String(reason)) ?? 0) + 1);
  }
  return [
    `${connects.length} connects, ${given.length} of them given a backend`,
    `${eventsOf(history, "visit").length} answers of backends`,
    `${eventsOf(history, "witness").length} backends that ran`,
    `ends: ${[...reasons].map(([reason, n]) => `${reason} ${n}`).join(", ")}`,
  ].join("; ");
}

function renderViolation(history: readonly HistoryEvent[], rule: string, violation: Violation) {
  const { t, what, backends } = violation;
  const around = history.filter((event) => concerns(event, violation)).sort((a, b) => a.t - b.t);
  const lines = around.slice(-LINES).map((event) => `      ${JSON.stringify(event)}`);
  return `\n${rule}\n   at ${t}: ${what}${backends.length > 0 ? "" : " (the faults around it:)"}\n${lines.join("\n")}`;
}

function concerns(event: HistoryEvent, { t, backends }: Violation): boolean {
  if ("backend" in event) return backends.includes(event.backend ?? "");
  const isNear = event.t > t - AROUND_MS && event.t < t + AROUND_MS;
  if (event.kind === "fault") return event.began < t + AROUND_MS && event.until > t - AROUND_MS;
  return isNear && event.kind === "crash";
}
