import type { Status } from "../../src/protocol/backend-state.ts";
import type { Action, BackendSpec } from "../../src/protocol/drone-messages.ts";
import type { ActionId, BackendId } from "../../src/protocol/ids.ts";
import type { Journal } from "../journal/journal.ts";
import { provisionalDeadlines } from "../lease/lease.ts";
import type { Instance } from "../runtime/runtime.ts";
import { adoptedSpec, unknownSpec } from "./adopted-spec.ts";
import {
  accepted,
  type BackendRecord,
  type EndRequest,
  type Unconfirmed,
  withState,
} from "./backend-record.ts";
import { requestEnd } from "./ending.ts";
import { located } from "./located.ts";
import { BackendRunner, type RunnerDeps } from "./runner.ts";
import type { Sighting } from "./sighting.ts";

export interface BackendsDeps extends RunnerDeps {
  journal: Journal;
}

type Terminate = Extract<Action, { type: "terminate" }>;

/** All backends of this drone, each with the runner that drives it. */
export class Backends implements AsyncDisposable {
  readonly #deps: BackendsDeps;
  readonly #runners = new Map<BackendId, BackendRunner>();
  /** Whether every instance of the runtime is known to the journal. */
  #surveyed = false;

  constructor(deps: BackendsDeps) {
    this.#deps = deps;
  }

  /** Goes on with what the journal holds, wherever it was left. */
  resumeAll(): void {
    for (const record of this.#deps.journal.backends()) {
      this.#drive(this.#underDeadlines(record), { state: "unknown" });
    }
  }

  /**
   * Recorded when it returns; its report waits for the caller, who has to acknowledge first. A repeated
   * spawn does nothing, even after the backend has ended.
   */
  spawn(spec: BackendSpec, unconfirmed: Unconfirmed): void {
    const record = accepted(spec, this.#deps.now(), unconfirmed);
    if (!this.#deps.journal.insert(record)) return;
    this.#drive(record, { state: this.#surveyed ? "absent" : "unknown" });
  }

  /** Drops a spawn that is not confirmed, and tells its action; undefined if there is none. */
  giveUp(id: BackendId, because: string): ActionId | undefined {
    const runner = this.#runners.get(id);
    const actionId = runner?.giveUp(because);
    if (actionId !== undefined) this.#runners.delete(id);
    return actionId;
  }

  /** Recorded when it returns. What this drone has never heard of is ended too, and never spawned. */
  terminate({ backend_id: id, kind, reason, grace_seconds }: Terminate): void {
    const end = {
      kind,
      reason,
      ...(grace_seconds !== undefined && { graceSeconds: grace_seconds }),
    };
    const runner = this.#runners.get(id);
    if (runner !== undefined) runner.end(end);
    else this.#endUnknown(id, end);
  }

  /** Ends and removes without a report: the controller does not know it as a backend of this drone. */
  disown(id: BackendId): void {
    // What has not begun leaves nothing, and may be asked for anew.
    if (this.giveUp(id, "the controller has disowned it") !== undefined) return;
    const runner = this.#runners.get(id);
    if (runner !== undefined) {
      runner.disown();
    } else {
      this.#deps.journal.forget(id, this.#deps.now());
      this.clearAway(id);
    }
  }

  /** Takes over an instance that the journal has lost. */
  adopt(instance: Instance): void {
    const { journal, now, log, onReport, held } = this.#deps;
    const found = accepted(adoptedSpec(instance.id, instance.adoption), now());
    const record = withState(
      found,
      instance.state === "running"
        ? { status: "waiting", ...located(instance.location) }
        : { status: "starting" },
      now(),
    );
    const handle = instance.state === "running" ? instance.location.handle : undefined;
    const provisional = {
      ...record,
      deadlines: provisionalDeadlines(held.now),
      ...(handle !== undefined && { handle }),
    };
    if (!journal.insert(provisional)) return;
    log.warn({ backendId: instance.id, state: instance.state }, "adopted an unknown instance");
    this.#drive(provisional, instance);
    onReport();
  }

  /** Removes what is left of a backend that has ended. */
  clearAway(id: BackendId): void {
    if (this.#runners.has(id)) return;
    const now = this.#deps.now();
    const ended = { status: "terminated", reason: "lost" } as const;
    this.#drive(withState(accepted(unknownSpec(id), now), ended, now), { state: "unknown" });
  }

  find(id: BackendId): BackendRunner | undefined {
    return this.#runners.get(id);
  }

  /** Those that have not ended. */
  live(): BackendRunner[] {
    return [...this.#runners.values()].filter(({ status }) => status !== "terminated");
  }

  lookAgain(id: BackendId): void {
    this.#runners.get(id)?.lookAgain();
  }

  lookAgainAtAll(): void {
    for (const runner of this.#runners.values()) runner.lookAgain();
  }

  /** From now on an instance that is not in the journal does not exist. */
  surveyed(): void {
    this.#surveyed = true;
  }

  counts(): Partial<Record<Status, number>> {
    const counts: Partial<Record<Status, number>> = {};
    for (const { status } of this.live()) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  /** Lets go of all backends, which go on as they are. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.close()));
  }

  #endUnknown(id: BackendId, end: EndRequest): void {
    const { journal, now, onReport } = this.#deps;
    const ending = requestEnd(accepted(unknownSpec(id), now()), end, now());
    if (ending === undefined || !journal.insert(ending)) return;
    this.#drive(ending, { state: "unknown" });
    onReport();
  }

  /** An earlier version's journal tells nothing of leases. */
  #underDeadlines(record: BackendRecord): BackendRecord {
    const { held, journal } = this.#deps;
    const isLeased = held.current !== undefined || record.deadlines !== undefined;
    if (isLeased || record.unconfirmed !== undefined) return record;
    const provisional = { ...record, deadlines: provisionalDeadlines(held.now) };
    journal.save(provisional);
    return provisional;
  }

  #drive(record: BackendRecord, seen: Sighting): void {
    const runner = new BackendRunner(this.#deps, record, seen);
    this.#runners.set(runner.id, runner);
    void runner.done.then(() => {
      if (this.#runners.get(runner.id) === runner) this.#runners.delete(runner.id);
    });
  }
}
