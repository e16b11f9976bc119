import type { Status, TerminationReason } from "../../src/protocol/backend-state.ts";
import { isFailure, phaseOf } from "../format/statuses.ts";
import "./status-chip.css";

export type Tone = "starting" | "ready" | "ending" | "ended" | "failed" | "warning";

/** Each tone has a shape of its own, for whoever does not see its colour. */
const SHAPES: Record<Tone, string> = {
  starting: "M6 1.5a4.5 4.5 0 0 1 0 9z M6 1.5a4.5 4.5 0 1 0 0 9",
  ready: "M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z",
  ending: "M6 1l5 5-5 5-5-5z",
  ended: "M1.5 6h9",
  failed: "M2 2l8 8M10 2l-8 8",
  warning: "M6 1.5l5 9H1z",
};

export function ToneMark({ tone }: { tone: Tone }) {
  return (
    <svg class="tone-mark" data-tone={tone} viewBox="0 0 12 12" aria-hidden="true">
      <path d={SHAPES[tone]} />
    </svg>
  );
}

interface StatusChipProps {
  status: Status;
  ended?: { reason: TerminationReason; exit_code?: number } | undefined;
}

export function StatusChip({ status, ended }: StatusChipProps) {
  const tone = isFailure(ended?.reason, ended?.exit_code) ? "failed" : phaseOf(status);
  return (
    <span class="status-chip" data-tone={tone}>
      <ToneMark tone={tone} />
      {ended === undefined ? status : ended.reason}
    </span>
  );
}

export function ToneChip({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span class="status-chip" data-tone={tone}>
      <ToneMark tone={tone} />
      {children}
    </span>
  );
}
