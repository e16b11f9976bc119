import type { Status } from "../../src/protocol/backend-state.ts";
import type { Action, BackendSpec } from "../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { Journal } from "../journal/journal.ts";
import type { Instance } from "../runtime/runtime.ts";
import { adoptedSpec, unknownSpec } from "./adopted-spec.ts";
import { accepted, type BackendRecord, type EndRequest, withState } from "./backend-record.ts";
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
    for (const record of this.#deps.journal.backends()) this.#drive(record, { state: "unknown" });
  }

  /** Recorded when it returns. A repeated spawn does nothing, even after the backend has ended. */
  spawn(spec: BackendSpec): void {
    const record = accepted(spec, this.#deps.now());
    if (!this.#deps.journal.insert(record)) return;
    this.#drive(record, { state: this.#surveyed ? "absent" : "unknown" });
    this.#deps.onReport();
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
    const { journal, now, log, onReport } = this.#deps;
    const found = accepted(adoptedSpec(instance.id, instance.adoption), now());
    const record = withState(
      found,
      instance.state === "running"
        ? { status: "waiting", ...located(instance.location) }
        : { status: "starting" },
      now(),
    );
    if (!journal.insert(record)) return;
    log.warn({ backendId: instance.id, state: instance.state }, "adopted an unknown instance");
    this.#drive(record, instance);
    onReport();
  }

  /** Removes what is left of a backend that has ended. */
  clearAway(id: BackendId): void {
    if (this.#runners.has(id)) return;
    const now = this.#deps.now();
    const ended = { status: "terminated", reason: "lost" } as const;
    this.#drive(withState(accepted(unknownSpec(id), now), ended, now), { state: "unknown" });
  }

  has(id: BackendId): boolean {
    return this.#runners.has(id);
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
    for (const { status } of this.#runners.values()) {
      if (status !== "terminated") counts[status] = (counts[status] ?? 0) + 1;
    }
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

  #drive(record: BackendRecord, seen: Sighting): void {
    const runner = new BackendRunner(this.#deps, record, seen);
    this.#runners.set(runner.id, runner);
    void runner.done.then(() => this.#runners.delete(runner.id));
  }
}
