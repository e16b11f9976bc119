import { setTimeout as delay } from "node:timers/promises";
import type { Drone } from "../fault.ts";
import type { Row, Step } from "../history.ts";
import { monotonicMs } from "../monotonic-ms.ts";
import type { Recorder } from "../recorder.ts";
import type { DatabaseReader } from "./database.ts";

const POLL_MS = 400;
/** What ended so long ago does not change any more. */
const RECENT_MS = 120_000;
/** Rows of the timeline may be committed out of their order. */
const STEPS_BACK = 300;

const BACKENDS = `select id, key_name, drone, fencing_token, status, status_at, state, end_asked, max_idle_ms
  from backends where status <> 'terminated' or status_at > $1`;
const STEPS = "select seq, backend_id, status, at, state from timeline where seq > $1 order by seq";

/** Every row of backends and of their timelines, as they change. */
export class RowWatch implements AsyncDisposable {
  readonly #reader: DatabaseReader;
  readonly #recorder: Recorder;
  readonly #known = new Map<string, Row>();
  readonly #steps = new Set<number>();
  readonly #stop = new AbortController();
  readonly #loop: Promise<void>;
  #latestAt = 0;
  #latestSeq = 0;

  constructor(reader: DatabaseReader, recorder: Recorder) {
    this.#reader = reader;
    this.#recorder = recorder;
    this.#loop = this.#keepReading();
  }

  live(): Row[] {
    return [...this.#known.values()].filter(({ status }) => status !== "terminated");
  }

  row(backend: string): Row | undefined {
    return this.#known.get(backend);
  }

  /** Rejects while the database is away. */
  async readNow(): Promise<void> {
    const rows = await this.#reader.read(BACKENDS, this.#latestAt - RECENT_MS);
    const t = monotonicMs();
    const ids = new Set(rows.map(({ id }) => String(id)));
    for (const row of rows) this.#note(row, t);
    for (const { backend } of this.live()) {
      if (ids.has(backend)) continue;
      this.#known.delete(backend);
      this.#recorder.record({ kind: "row-gone", backend, t });
    }
    for (const step of await this.#reader.read(STEPS, this.#latestSeq - STEPS_BACK)) {
      this.#noteStep(step);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #keepReading(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.readNow().catch(() => undefined);
      await delay(POLL_MS);
    }
  }

  #note(found: Record<string, unknown>, t: number): void {
    const row: Row = {
      kind: "row",
      backend: String(found.id),
      key: String(found.key_name),
      drone: String(found.drone) as Drone,
      token: Number(found.fencing_token),
      status: String(found.status),
      reason: reasonIn(found.state),
      endAsked: found.end_asked !== null,
      hasIdleLimit: found.max_idle_ms !== null,
    };
    this.#latestAt = Math.max(this.#latestAt, Number(found.status_at));
    if (JSON.stringify(this.#known.get(row.backend)) === JSON.stringify(row)) return;
    this.#known.set(row.backend, row);
    this.#recorder.record({ ...row, t });
  }

  #noteStep(found: Record<string, unknown>): void {
    const seq = Number(found.seq);
    this.#latestSeq = Math.max(this.#latestSeq, seq);
    if (this.#steps.has(seq)) return;
    this.#steps.add(seq);
    const step: Step = {
      ...{ kind: "step", seq, backend: String(found.backend_id), status: String(found.status) },
      ...{ reason: reasonIn(found.state), at: Number(found.at) },
    };
    this.#recorder.record(step);
  }
}

function reasonIn(state: unknown): string | null {
  const { reason } = JSON.parse(String(state)) as { reason?: string };
  return reason ?? null;
}
