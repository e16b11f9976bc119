import type { BackendId } from "../../src/protocol/ids.ts";
import type {
  LogsRequest,
  MetricsRequest,
  StreamItem,
  StreamProblem,
  StreamWhat,
} from "../../src/protocol/stream-messages.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { LogQuery } from "../runtime/runtime-logs.ts";
import { SHORTEST_MS, type UsageSampler } from "./usage-sampler.ts";

export interface SourceDeps {
  runtime: Pick<Runtime, "logs">;
  sampler: UsageSampler;
  clock: Clock;
}

/** Why a stream has nothing (more) to tell. */
export class NoStream extends Error {
  readonly problem: StreamProblem;

  constructor(problem: StreamProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** What a stream is of, as it comes. Whoever stops reading stops what it is read from. */
export async function* streamSource(
  deps: SourceDeps,
  what: StreamWhat,
  signal: AbortSignal,
): AsyncGenerator<readonly StreamItem[]> {
  switch (what.kind) {
    case "logs":
      yield* logsOf(deps, what, signal);
      break;
    case "metrics":
      yield* metricsOf(deps, what, signal);
      break;
    default:
      what satisfies never;
  }
}

async function* logsOf({ runtime, clock }: SourceDeps, what: LogsRequest, signal: AbortSignal) {
  const lines = await runtime.logs(what.backend_id, queryOf(what, clock.now()), signal);
  if (lines === undefined) throw notThere(what.backend_id);
  yield* lines;
}

function queryOf(
  { follow, stdout, stderr, tail, after, since }: LogsRequest,
  now: number,
): LogQuery {
  const sinceMs = since && ("at" in since ? since.at : now - since.age_ms);
  return {
    ...{ follow, stdout, stderr },
    ...(tail !== undefined && { tail }),
    ...(after !== undefined && { after }),
    ...(sinceMs !== undefined && { sinceMs }),
  };
}

async function* metricsOf(
  { sampler, clock }: SourceDeps,
  { backend_ids: ids, interval_ms: intervalMs }: MetricsRequest,
  signal: AbortSignal,
) {
  const toldAt = new Map<BackendId, number>();
  for (;;) {
    const beganMs = clock.monotonicMs();
    const items = await sampler.sample(ids);
    if (items.length === 0) return;
    // A reading that is kept for others, too, may be the one that was told last.
    const fresh = items.filter(({ backend_id, at }) => toldAt.get(backend_id) !== at);
    for (const { backend_id, at } of fresh) toldAt.set(backend_id, at);
    if (fresh.length > 0) yield fresh;
    if (intervalMs === undefined) return;
    const tookMs = clock.monotonicMs() - beganMs;
    await clock.sleep(Math.max(SHORTEST_MS, intervalMs - tookMs), signal);
  }
}

function notThere(id: BackendId): NoStream {
  return new NoStream({ code: "not-there", message: `there is no instance of ${id} here` });
}
