import { percentile } from "../statistics.ts";
import { type HttpAnswer, HttpConnection } from "./http-connection.ts";
import { requestsOf, type Target, type Workload } from "./requests.ts";

export interface LoadOrder {
  target: Target;
  workload: Workload;
  connections: number;
  ms: number;
  /** Requests a second, whatever the answers do. Undefined: each connection asks again once it is answered. */
  perSecond?: number;
}

export interface LoadResult {
  answered: number;
  failed: number;
  firstFailure: string | null;
  /** From the first request to the last answer. */
  tookMs: number;
  p50Ms: number;
  p99Ms: number;
}

export async function runLoad(order: LoadOrder): Promise<LoadResult> {
  const { target, workload, connections } = order;
  const open = await Promise.all(
    Array.from({ length: connections }, () => HttpConnection.open(target.port)),
  );
  const nextRequest = requestsOf(workload, target);
  const tally = new Tally();
  const ask = async (connection: HttpConnection, dueMs: number) =>
    tally.add(await connection.ask(nextRequest()), performance.now() - dueMs);
  const startedMs = performance.now();
  const endMs = startedMs + order.ms;
  if (order.perSecond === undefined) await askInTurns(open, ask, endMs);
  else await askAtRate(open, ask, endMs, order.perSecond);
  const tookMs = performance.now() - startedMs;
  for (const connection of open) connection.close();
  return tally.result(tookMs);
}

type Ask = (connection: HttpConnection, dueMs: number) => Promise<void>;

async function askInTurns(open: readonly HttpConnection[], ask: Ask, endMs: number): Promise<void> {
  const turns = open.map(async (connection) => {
    while (performance.now() < endMs) await ask(connection, performance.now());
  });
  await Promise.all(turns);
}

/** What is due while all connections wait goes on waiting, and that wait counts: nothing is left out. */
async function askAtRate(
  open: readonly HttpConnection[],
  ask: Ask,
  endMs: number,
  perSecond: number,
): Promise<void> {
  const free = [...open];
  const due: number[] = [];
  const inFlight = new Set<Promise<void>>();
  const begin = (connection: HttpConnection, dueMs: number) => {
    const asking = ask(connection, dueMs).then(() => {
      inFlight.delete(asking);
      const next = due.shift();
      if (next === undefined) free.push(connection);
      else begin(connection, next);
    });
    inFlight.add(asking);
  };
  const startedMs = performance.now();
  let asked = 0;
  for (let nowMs = startedMs; nowMs < endMs; nowMs = performance.now()) {
    for (; asked < ((nowMs - startedMs) / 1_000) * perSecond; asked += 1) {
      const connection = free.pop();
      if (connection === undefined) due.push(nowMs);
      else begin(connection, nowMs);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  while (inFlight.size > 0) await Promise.all(inFlight);
}

class Tally {
  readonly #latencies: number[] = [];
  #failed = 0;
  #firstFailure: string | null = null;

  add({ status, body }: HttpAnswer, latencyMs: number): void {
    if (status === 200) {
      this.#latencies.push(latencyMs);
    } else {
      this.#failed += 1;
      this.#firstFailure ??= `${status} ${body.slice(0, 300)}`;
    }
  }

  result(tookMs: number): LoadResult {
    return {
      answered: this.#latencies.length,
      failed: this.#failed,
      firstFailure: this.#firstFailure,
      tookMs,
      p50Ms: percentile(this.#latencies, 50),
      p99Ms: percentile(this.#latencies, 99),
    };
  }
}
