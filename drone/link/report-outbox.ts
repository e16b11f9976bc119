import type { DroneToController } from "../../src/protocol/drone-messages.ts";
import type { Journal } from "../journal/journal.ts";

export interface OutboxDeps {
  journal: Pick<Journal, "reportsAfter" | "acknowledge">;
  /** Epoch ms of the drone's steady time. */
  now(): number;
  send(message: DroneToController): boolean;
}

/** So many reports are under way at most: a long absence must not fill the socket at once. */
const WINDOW = 200;

/** Sends the journal's reports in their order, each again until the controller has acknowledged it. */
export class ReportOutbox {
  readonly #deps: OutboxDeps;
  readonly #underWay = new Set<number>();
  #lastSentId = 0;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  /** Sends what is new. */
  flush(): void {
    const { journal, now, send } = this.#deps;
    const room = WINDOW - this.#underWay.size;
    for (const { id, backendId, state, occurredAt } of journal.reportsAfter(
      this.#lastSentId,
      room,
    )) {
      const age_ms = Math.max(0, now() - occurredAt);
      if (!send({ type: "report", report_id: id, backend_id: backendId, state, age_ms })) return;
      this.#underWay.add(id);
      this.#lastSentId = id;
    }
  }

  /** Sends everything again that is not acknowledged. */
  resend(): void {
    this.#underWay.clear();
    this.#lastSentId = 0;
    this.flush();
  }

  acknowledge(reportId: number): void {
    this.#deps.journal.acknowledge(reportId);
    this.#underWay.delete(reportId);
    this.flush();
  }
}
