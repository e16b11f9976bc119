import type { HistoryEvent } from "../history.ts";

export interface Violation {
  /** When it was true, or was seen to have been. */
  t: number;
  what: string;
  backends: string[];
}

export interface Finding {
  rule: string;
  /** How often there was something to check. A rule that had nothing has shown nothing. */
  checked: number;
  violations: Violation[];
}

export type Check = (history: readonly HistoryEvent[]) => Finding;
